"""A model server on loopback that speaks the OpenAI Responses API, as far as codex uses it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.agents.script import Cut, Hold, Part, Remote, Run, Say, Spawn, Status, Think, Wait, WriteFile
from tests.agents.scripted_server import Body, ScriptedServer, Write


class ResponsesServer(ScriptedServer):
    """What its model says goes into codex's few tools."""

    def model(self, path: str, body: Body) -> str:
        """The model a request names."""
        return str(body.get("model"))

    def messages(self, body: Body) -> Sequence[Any]:
        """What was said so far."""
        return body.get("input") or []

    def conversation(self, body: Body) -> str:
        """The first thing a person said in it names it."""
        return self.named([item.get("content") for item in self.messages(body) if _is_a_persons(item)])

    def failure(self, status: Status) -> Body:
        """The body of an answer that is an error."""
        return {"error": {"message": status.message, "type": "error"}}

    def stream(self, write: Write, body: Body, number: int, parts: Sequence[Part]) -> None:
        """Write a whole answer, or the beginning of one that is cut."""
        Stream(write, body, number, self).answer(parts)


class Stream:
    """The events of one response."""

    def __init__(self, write: Any, body: dict[str, Any], number: int, server: ResponsesServer) -> None:
        self._write = write
        self._body = body
        self._number = number
        self._server = server
        self._sequence = 0
        self._namespaces = {
            tool["name"]: group["name"]
            for group in body.get("tools") or []
            if group.get("type") == "namespace"
            for tool in group.get("tools", [])
        }

    def answer(self, parts: Sequence[Part]) -> None:
        """Send a whole response, or the beginning of one that is cut."""
        response = {"id": f"resp_{self._number}", "object": "response", "model": self._body.get("model")}
        self._send("response.created", response={**response, "status": "in_progress", "output": []})
        output: list[dict[str, Any]] = []
        for index, part in enumerate(parts):
            match part:
                case Hold():
                    self._server.said(part)
                case Cut(text=text):
                    self._text(index, text)
                    return
                case Say(text=text):
                    output.append(self._text(index, text))
                case Think(text=text):
                    output.append(self._reasoning(index, text))
                case _:
                    output.append(self._call(index, part))
            if output and not isinstance(part, Hold):
                self._send("response.output_item.done", output_index=index, item=output[-1])
        read, written = len(json.dumps(self._body)) // 4, 40
        usage = {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": read // 2},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 8},
            "total_tokens": read + written,
        }
        self._send(
            "response.completed",
            response={**response, "status": "completed", "output": output, "usage": usage},
        )

    def _send(self, kind: str, **more: Any) -> None:
        self._sequence += 1
        data = json.dumps({"type": kind, "sequence_number": self._sequence, **more})
        self._write(f"event: {kind}\ndata: {data}\n\n".encode())

    def _text(self, index: int, text: str) -> dict[str, Any]:
        item = {"id": f"msg_{self._number}_{index}", "type": "message", "role": "assistant", "content": []}
        place = {"item_id": item["id"], "output_index": index, "content_index": 0}
        self._send("response.output_item.added", output_index=index, item={**item, "status": "in_progress"})
        empty = {"type": "output_text", "text": "", "annotations": []}
        self._send("response.content_part.added", **place, part=empty)
        for word in re.findall(r"\S+\s*", text):
            self._send("response.output_text.delta", **place, delta=word)
        return {**item, "status": "completed", "content": [{**empty, "text": text}]}

    def _reasoning(self, index: int, text: str) -> dict[str, Any]:
        item: dict[str, Any] = {"id": f"rs_{self._number}_{index}", "type": "reasoning", "summary": []}
        place = {"item_id": item["id"], "output_index": index, "summary_index": 0}
        self._send("response.output_item.added", output_index=index, item=item)
        self._send(
            "response.reasoning_summary_part.added", **place, part={"type": "summary_text", "text": ""}
        )
        self._send("response.reasoning_summary_text.delta", **place, delta=text)
        self._send("response.reasoning_summary_text.done", **place, text=text)
        return {**item, "summary": [{"type": "summary_text", "text": text}]}

    def _call(self, index: int, part: Part) -> dict[str, Any]:
        name, arguments = _tool(part, self._body)
        item = {
            "id": f"fc_{self._number}_{index}",
            "type": "function_call",
            "status": "completed",
            "name": name,
            "call_id": f"call_{self._number}_{index}",
            "arguments": json.dumps(arguments),
        }
        if isinstance(part, Remote):
            item["namespace"] = f"mcp__{part.server}"
        if name in self._namespaces:
            item["namespace"] = self._namespaces[name]
        started = {**item, "status": "in_progress", "arguments": ""}
        self._send("response.output_item.added", output_index=index, item=started)
        return item


def _tool(part: Part, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    match part:
        case Run():
            return _command(part.command, part.asks)
        case WriteFile():
            return _command(patch(part.path, part.text), False)
        case Remote():
            return part.tool, {"message": part.message}
        case Spawn():
            return "spawn_agent", {"message": part.task}
        case Wait():
            told = json.dumps(
                [each for each in body["input"] if str(each.get("type", "")).endswith("_output")]
            )
            targets = sorted(set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", told)))
            return "wait_agent", {"targets": targets, "timeout_ms": 600_000}
        case _:
            raise AssertionError(part)


def _is_a_persons(item: Body) -> bool:
    return item.get("type", "message") == "message" and item.get("role") == "user"


def _command(command: str, asks: bool) -> tuple[str, dict[str, Any]]:
    """Inside its sandbox codex runs commands without asking; what leads out of it asks."""
    arguments: dict[str, Any] = {"cmd": command, "yield_time_ms": 60_000}
    if asks:
        arguments |= {"sandbox_permissions": "require_escalated", "justification": "It leads outside."}
    return "exec_command", arguments


def patch(path: str, text: str) -> str:
    """A patch that adds a file, in the words of a model without a tool for patches."""
    lines = "".join(f"+{line}\n" for line in text.splitlines())
    return f"apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch\nEOF"
