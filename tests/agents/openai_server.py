"""A model provider that speaks OpenAI's chat completions, streamed."""

import json
from typing import Any

from tests.agents.model_server import Answer, Fail, words


class OpenAIDialect:
    """Chat completions as server-sent events."""

    def pieces(self, answer: Answer, body: dict[str, Any], number: int) -> list[bytes]:
        """A chunk a word, the tool calls with their arguments in halves, the end, the usage."""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += ({"reasoning_content": word} for word in words(answer.think))
        deltas += ({"content": word} for word in words(answer.say))
        for index, call in enumerate(answer.calls):
            name = {"name": call.tool, "arguments": ""}
            call_id = call.call_id or f"call_{number}_{index}"
            deltas.append(
                {"tool_calls": [{"index": index, "id": call_id, "type": "function", "function": name}]}
            )
            arguments = json.dumps(call.arguments)
            half = len(arguments) // 2
            for part in (arguments[:half], arguments[half:]):
                deltas.append({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
        chunks = [_choice(delta) for delta in deltas]
        chunks.append(_choice({}, answer.how_it_ends or ("tool_calls" if answer.calls else "stop")))
        if answer.tokens is not None:
            used = answer.tokens
            chunks.append(
                {
                    "choices": [],
                    "usage": {
                        "prompt_tokens": used.read,
                        "completion_tokens": used.written,
                        "total_tokens": used.read + used.written,
                        "prompt_tokens_details": {"cached_tokens": used.cached},
                        "completion_tokens_details": {"reasoning_tokens": used.reasoning},
                    },
                }
            )
        base = {
            "id": f"cmpl_{number}",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body["model"],
        }
        return [_event(base | chunk) for chunk in chunks] + [b"data: [DONE]\n\n"]

    def error(self, fail: Fail) -> dict[str, Any]:
        """OpenAI's error object."""
        return {"error": {"message": fail.message, "type": "error", "code": fail.code or None}}

    def stream_error(self) -> bytes:
        """An error inside the stream."""
        return _event({"error": {"message": "the server is overloaded", "type": "server_error", "code": 503}})


def said_to(body: dict[str, Any], role: str) -> list[str]:
    """The texts of the messages of a role, in a request."""
    return [
        content if isinstance(content := message.get("content"), str) else json.dumps(content)
        for message in body["messages"]
        if message["role"] == role
    ]


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def _event(content: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(content)}\n\n".encode()
