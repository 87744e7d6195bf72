"""A model server on loopback that speaks OpenAI's chat completions, as far as opencode uses them."""

import json
from collections.abc import Sequence
from typing import Any

from tests.agents.script import Cut, Part, Remote, Run, Say, Spawn, Think, WriteFile
from tests.agents.scripted_server import Body, ScriptedServer, Write, sse, words


class ChatServer(ScriptedServer):
    """Its tools are called by the names opencode gives them."""

    def model(self, path: str, body: Body) -> str:
        """The model a request names."""
        return str(body.get("model"))

    def messages(self, body: Body) -> Sequence[Any]:
        """What was said so far."""
        return body.get("messages") or []

    def aside(self, path: str, body: Body) -> Body | None:
        """Only the conversation itself comes with tools."""
        if body.get("tools"):
            return None
        choice = {"index": 0, "message": {"role": "assistant", "content": "A title"}, "finish_reason": "stop"}
        return {"id": "aside", "object": "chat.completion", "model": body.get("model"), "choices": [choice]}

    def stream(self, write: Write, body: Body, number: int, parts: Sequence[Part]) -> None:
        """Write a whole answer, or the beginning of one that is cut."""
        base = {"id": f"chat_{number}", "object": "chat.completion.chunk", "model": body.get("model")}

        def send(delta: Body, finish: str | None = None) -> None:
            write(sse({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}))

        send({"role": "assistant", "content": ""})
        calls = 0
        for part in parts:
            text = self.said(part)
            match part:
                case Say() | Cut():
                    for word in words(text or ""):
                        send({"content": word})
                    if isinstance(part, Cut):
                        return
                case Think(text=thought):
                    send({"reasoning_content": thought})
                case Run() | WriteFile() | Remote() | Spawn():
                    name, arguments = _tool(part)
                    call = {"name": name, "arguments": json.dumps(arguments)}
                    send(
                        {
                            "tool_calls": [
                                {
                                    "index": calls,
                                    "id": f"call_{number}_{calls}",
                                    "type": "function",
                                    "function": call,
                                }
                            ]
                        }
                    )
                    calls += 1
                case _:
                    pass
        send({}, "tool_calls" if calls else "stop")
        usage = {
            "prompt_tokens": 1_000,
            "completion_tokens": 50,
            "total_tokens": 1_050,
            "prompt_tokens_details": {"cached_tokens": 200},
            "completion_tokens_details": {"reasoning_tokens": 7},
        }
        write(sse({**base, "choices": [], "usage": usage}))
        write(sse("[DONE]"))


def _tool(part: Run | WriteFile | Remote | Spawn) -> tuple[str, Body]:
    match part:
        case Run(command=command):
            return "bash", {"command": command, "description": "runs it"}
        case WriteFile(path=path, text=text):
            return "write", {"filePath": path, "content": f"{text}\n"}
        case Remote():
            return f"{part.server}_{part.tool}", {"message": part.message}
        case Spawn(task=task):
            return "task", {"description": "part of it", "prompt": task, "subagent_type": "general"}
