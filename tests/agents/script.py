"""What a model answers in a test, in words that every agent's fake server puts into those of its protocol.

Each request of a conversation takes its next answer; when there is none left, the model says that it is done. An error
or a cut that stands last is given again and again, as agents try again. Conversations are told apart by a word in
brackets, such as `[child]`, in what was said to the agent; without one it is the main one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MAIN = "main"


@dataclass(frozen=True)
class Say:
    """Text of the model, streamed word by word."""

    text: str


@dataclass(frozen=True)
class Think:
    """What the model reasons, where its protocol tells that."""

    text: str


@dataclass(frozen=True)
class Run:
    """A shell command. `asks`: such a one that the agent asks for in the mode `approval`."""

    command: str
    asks: bool = False


@dataclass(frozen=True)
class WriteFile:
    """A new file. Outside the workspace every agent asks for it."""

    path: str
    text: str


@dataclass(frozen=True)
class Remote:
    """A call of an MCP server's tool, with the argument `message`."""

    server: str
    tool: str
    message: str


@dataclass(frozen=True)
class Spawn:
    """An agent of the agent's own, which is given this task."""

    task: str


@dataclass(frozen=True)
class Wait:
    """Wait for all agents that were started."""


@dataclass(frozen=True)
class Status:
    """An HTTP error. Stands alone in its answer."""

    code: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Cut:
    """Text, and then the stream breaks off. Stands alone in its answer."""

    text: str


@dataclass(frozen=True)
class Hold:
    """Nothing comes before the test lets it."""


Part = Say | Think | Run | WriteFile | Remote | Spawn | Wait | Status | Cut | Hold
Answer = Sequence[Part]
Script = Mapping[str, Sequence[Answer]]
"""Answers by conversation; the one the task begins is MAIN."""
