"""What a typed line asks for. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

ANSWER = re.compile(r"(?P<verb>a|r|approve|reject)(?:\s+(?P<number>\d+)(?P<rest>\s.*)?)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question is decided."""

    number: int
    decision: Literal["approve", "reject"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """An answer that is none; nothing is done."""

    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """A slash command, or words."""

    line: str


@dataclass(frozen=True, slots=True)
class Asks:
    """An empty line: how do things stand?"""


def read_typed(line: str) -> Answered | Unclear | Said | Asks:
    """What the line asks for. An approval is nothing but its letter and its number."""
    text = line.strip()
    if not text:
        return Asks()
    answer = ANSWER.fullmatch(text)
    if answer is None:
        return Said(text)
    verb = answer["verb"]
    if answer["number"] is None:
        return Unclear(f"which question? {verb} and its number, as in {verb} 1")
    number, note = int(answer["number"][:9]), (answer["rest"] or "").strip()
    if verb in ("a", "approve"):
        if note:
            return Unclear(
                f"an approval is only {verb} and one number: {verb} {number} · nothing was approved"
            )
        return Answered(number, "approve")
    return Answered(number, "reject", note)
