"""Parts of what agents say, read without trust: what has another shape than it should is as if it were not there."""

import json
import shlex
from collections.abc import Sequence
from typing import Any, cast

Object = dict[str, Any]


def as_object(value: object) -> Object:
    """A JSON object as it is; anything else as an empty one."""
    return cast("Object", value) if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Object]:
    """The objects of a list; anything else as none."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Object", item) for item in items if isinstance(item, dict)]


def as_text(value: object) -> str:
    """A string as it is; anything else as an empty one."""
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int:
    """A number of tokens; anything else as none."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0


def command_of(raw_input: Object) -> str:
    """The shell command among a call's arguments, or nothing."""
    for name in ("command", "cmd"):
        found: object = raw_input.get(name)
        if isinstance(found, str) and found.strip():
            return found
        if isinstance(found, list) and found:
            return shlex.join(str(word) for word in cast("list[object]", found))
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
