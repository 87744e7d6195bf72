"""A model server on loopback that speaks the Gemini API, as far as Gemini CLI uses it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.agents.script import Cut, Part, Remote, Run, Say, Think, WriteFile
from tests.agents.scripted_server import Body, ScriptedServer, Write, sse, words

ASIDE = {
    "complexity_reasoning": "x",
    "complexity_score": 1,
    "model_choice": "flash",
    "reasoning": "x",
    "next_speaker": "user",
}
"""What Gemini CLI asks of a model besides the conversation, all at once."""
USAGE = {
    "promptTokenCount": 1_000,
    "candidatesTokenCount": 50,
    "thoughtsTokenCount": 7,
    "totalTokenCount": 1_057,
    "cachedContentTokenCount": 200,
}


class GeminiServer(ScriptedServer):
    """Its tools are called by the names Gemini CLI gives them."""

    def model(self, path: str, body: Body) -> str:
        """The model a request names: it stands in its address."""
        found = re.search(r"models/([^:/]+):", path)
        return found.group(1) if found else ""

    def messages(self, body: Body) -> Sequence[Any]:
        """What was said so far."""
        return body.get("contents") or []

    def aside(self, path: str, body: Body) -> Body | None:
        """Only the conversation itself is streamed with tools."""
        if ":countTokens" in path:
            return {"totalTokens": 100}
        if body.get("tools") and "streamGenerateContent" in path:
            return None
        return _chunk(1, [{"text": json.dumps(ASIDE)}], "STOP")

    def stream(self, write: Write, body: Body, number: int, parts: Sequence[Part]) -> None:
        """Write a whole answer, or the beginning of one that is cut."""
        calls: list[Body] = []
        for part in parts:
            text = self.said(part)
            match part:
                case Say() | Cut():
                    for word in words(text or ""):
                        write(sse(_chunk(number, [{"text": word}])))
                    if isinstance(part, Cut):
                        return
                case Think(text=thought):
                    write(sse(_chunk(number, [{"text": thought, "thought": True}])))
                case Run(command=command):
                    arguments = {"command": command, "description": "runs it"}
                    calls.append({"functionCall": {"name": "run_shell_command", "args": arguments}})
                case WriteFile(path=path, text=content):
                    arguments = {"file_path": path, "content": f"{content}\n"}
                    calls.append({"functionCall": {"name": "write_file", "args": arguments}})
                case Remote(server=server, tool=tool, message=message):
                    arguments = {"message": message}
                    calls.append({"functionCall": {"name": f"mcp_{server}_{tool}", "args": arguments}})
                case _:
                    pass
        write(sse(_chunk(number, calls or [{"text": ""}], "STOP")))


def _chunk(number: int, parts: list[Body], finish: str | None = None) -> Body:
    candidate: Body = {"index": 0, "content": {"role": "model", "parts": parts}}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "usageMetadata": USAGE,
        "modelVersion": "fake",
        "responseId": f"r{number}",
    }
