"""A model provider that speaks Anthropic's messages API, streamed."""

import json
from typing import Any

from tests.agents.model_server import Answer, Fail, Tokens, words


class AnthropicDialect:
    """Messages as server-sent events."""

    def pieces(self, answer: Answer, body: dict[str, Any], number: int) -> list[bytes]:
        """The start, a block each for reasoning, text and every tool call, and the end."""
        used = answer.tokens or Tokens(0, 0)
        usage = {
            "input_tokens": used.read - used.cached - used.put_into_cache,
            "cache_read_input_tokens": used.cached,
            "cache_creation_input_tokens": used.put_into_cache,
            "output_tokens": 1,
        }
        message = {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        events: list[bytes] = [_event("message_start", message=message)]
        blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
        if answer.think:
            pieces = [{"type": "thinking_delta", "thinking": word} for word in words(answer.think)]
            signed = {"type": "signature_delta", "signature": "c2lnbmVk"}
            blocks.append(({"type": "thinking", "thinking": "", "signature": ""}, [*pieces, signed]))
        if answer.say:
            pieces = [{"type": "text_delta", "text": word} for word in words(answer.say)]
            blocks.append(({"type": "text", "text": ""}, pieces))
        for index, call in enumerate(answer.calls):
            arguments = json.dumps(call.arguments)
            half = len(arguments) // 2
            parts = (arguments[:half], arguments[half:])
            call_id = call.call_id or f"toolu_{number}_{index}"
            blocks.append(
                (
                    {"type": "tool_use", "id": call_id, "name": call.tool, "input": {}},
                    [{"type": "input_json_delta", "partial_json": part} for part in parts],
                )
            )
        for index, (block, deltas) in enumerate(blocks):
            events.append(_event("content_block_start", index=index, content_block=block))
            events += (_event("content_block_delta", index=index, delta=delta) for delta in deltas)
            events.append(_event("content_block_stop", index=index))
        why = answer.how_it_ends or ("tool_use" if answer.calls else "end_turn")
        stop = {"stop_reason": why, "stop_sequence": None}
        events.append(_event("message_delta", delta=stop, usage={"output_tokens": used.written}))
        events.append(_event("message_stop"))
        return events

    def error(self, fail: Fail) -> dict[str, Any]:
        """Anthropic's error object."""
        return {"type": "error", "error": {"type": fail.code or "api_error", "message": fail.message}}

    def stream_error(self) -> bytes:
        """An error inside the stream."""
        return _event("error", error={"type": "overloaded_error", "message": "Overloaded"})


def _event(kind: str, **content: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **content})}\n\n".encode()
