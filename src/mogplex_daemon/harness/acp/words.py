"""Commands and contents as agents tell them, as text."""

import json
import shlex
from collections.abc import Sequence

from mogplex_daemon.harness.agents.reading import Object, as_list, as_object, as_text


def command_of(raw_input: Object) -> str:
    """The shell command among a call's arguments, or nothing."""
    for name in ("command", "cmd"):
        found: object = raw_input.get(name)
        if isinstance(found, str) and found.strip():
            return found
        if words := as_list(found):
            return shlex.join(str(word) for word in words)
    return ""


def content_text(content: Sequence[Object]) -> str:
    """The text of a call's content; what is no text is named."""
    texts: list[str] = []
    for item in content:
        if item.get("type") != "content":
            continue
        block = as_object(item.get("content"))
        texts.append(block_text(block))
    return "\n".join(texts)


def block_text(block: Object) -> str:
    """A content block as text."""
    match block.get("type"):
        case "text":
            return as_text(block.get("text"))
        case "resource_link":
            return as_text(block.get("uri"))
        case "resource":
            return as_text(as_object(block.get("resource")).get("text")) or "[resource]"
        case other:
            return f"[{other or 'something'}]"


def shown_json(value: object) -> str:
    """A value for people to read, whole."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
