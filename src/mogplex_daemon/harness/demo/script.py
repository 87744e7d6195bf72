"""What a script sees and what it can do next. Pure values, free of any model library."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from mogplex_contracts.vocabulary import ToolOutcome
from mogplex_daemon.harness.demo.findings import Review


@dataclass(frozen=True, slots=True)
class Result:
    """One finished tool call, as the message history has it."""

    tool: str
    arguments: dict[str, Any]
    outcome: ToolOutcome
    text: str

    @property
    def ok(self) -> bool:
        """Whether the tool did what it was asked."""
        return self.outcome == "ok"


@dataclass(frozen=True, slots=True)
class Use:
    """A tool call to make."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Step:
    """One answer of a model: reasoning, words, and at most one tool call. Without a call the agent is done."""

    say: str = ""
    think: str = ""
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """What the agents know so far. Each hands it on to the next with its own part filled in."""

    task: str
    is_repository: bool | None = None
    """None: nobody could find out."""
    review: Review | None = None
    """None: the review could not be made."""
    report: Literal["written", "unchanged", "not_written"] = "not_written"
    """What became of the file. `unchanged`: it already had this very text."""
    unwritten_because: str = ""
    checked: str = ""
    """What came of the check, in a sentence."""
    remembered: bool = False
    """Whether the memory entry was written."""


Script: TypeAlias = Callable[[Notes, tuple[Result, ...]], Step]
"""From the notes and the results of one's own calls, oldest first, to the next step. Pure."""

HandOver: TypeAlias = Callable[[Notes, tuple[Result, ...]], Notes]
"""The notes for the next agent, when this one is done. Pure."""


def last(results: tuple[Result, ...], tool: str) -> Result | None:
    """The newest result of a tool; None before there is one."""
    return next((result for result in reversed(results) if result.tool == tool), None)


def why_not(result: Result) -> str:
    """Why a call did not do what it should, as the end of a sentence, without a full stop."""
    match result.outcome:
        case "interrupted":
            return "the call was interrupted"
        case "denied":
            # What follows in a denial tells a model how to behave; people need only who said no, and why.
            said = result.text.partition(" Nothing was done.")[0].replace(". ", ": ", 1)
        case "ok" | "error":
            said = result.text
    said = " ".join(said.split()).rstrip(".")
    if not said:
        return f"{result.tool} gave no reason"
    # A sentence goes on; a name such as README.md stays as it is.
    return said[0].lower() + said[1:] if said[1:2].islower() or said[1:2] == " " else said
