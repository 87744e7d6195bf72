"""What can be exported, and how."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FormatName = Literal["json", "jsonl", "markdown"]
ScopeName = Literal["full", "timeline", "approvals", "cost", "agents", "memory"]

FORMATS: dict[FormatName, str] = {
    "json": "one object, for tools",
    "jsonl": "the events, a line each; --events=jsonl shows the run again",
    "markdown": "to be read: for a pull request or a post-mortem",
}
"""Every format, with when to use it."""

SCOPES: dict[ScopeName, str] = {
    "full": "everything",
    "timeline": "what happened",
    "approvals": "what was asked, and how it was decided",
    "cost": "tokens and money",
    "agents": "who worked",
    "memory": "what was remembered",
}
"""Every scope, with what is in it."""

SHORT: dict[str, FormatName] = {"md": "markdown"}


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What a person asked for."""

    format: FormatName
    scope: ScopeName = "full"


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of it."""

    path: Path
    events: int
    """How many events were read for it."""
    size: int
    """Bytes of the file."""


def read_request(words: str) -> ExportRequest | str:
    """The request of `jsonl`, `markdown approvals` and the like; else what is wrong and how to write it."""
    chosen: FormatName | None = None
    scope: ScopeName | None = None
    formats: dict[str, FormatName] = {**{name: name for name in FORMATS}, **SHORT}
    scopes: dict[str, ScopeName] = {name: name for name in SCOPES}
    for word in words.lower().split():
        if chosen is None and word in formats:
            chosen = formats[word]
        elif scope is None and word in scopes:
            scope = scopes[word]
        else:
            return f"{word[:40]} is no format ({', '.join(FORMATS)}) and no scope ({', '.join(SCOPES)})"
    if chosen is None:
        return f"name a format: /export {', '.join(FORMATS)}"
    return ExportRequest(chosen, scope or "full")
