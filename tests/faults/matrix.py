"""The fault matrix: what may be hit, by what, when; and the page that shows what came of it."""

import re
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import pytest

Victim: TypeAlias = Literal["cockpit", "daemon", "run host", "harness child"]
Blow: TypeAlias = Literal["SIGTERM", "SIGKILL", "SIGSTOP, SIGCONT", "SIGHUP"]
Moment: TypeAlias = Literal["idle", "streaming", "approval pending", "paused"]

DEADLY: Mapping[Blow, signal.Signals] = {
    "SIGTERM": signal.SIGTERM,
    "SIGKILL": signal.SIGKILL,
    "SIGHUP": signal.SIGHUP,
}
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- the matrix begins -->", "<!-- the matrix ends -->"
HEADINGS = ("signal", "moment", "the operator sees", "lost", "lives on", "left behind")


@dataclass(frozen=True, slots=True)
class Cell:
    """One case of the matrix."""

    victim: Victim
    blow: Blow
    moment: Moment

    def __str__(self) -> str:
        return f"{self.victim}, {self.blow}, {self.moment}"

    @property
    def why_not(self) -> str:
        """Why there is no such case; empty when there is."""
        return NOT_THERE.get((self.victim, self.moment), "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault, in words, as the page shows it."""

    seen: str
    """What the operator sees, read from the screen or from the state it is drawn from."""
    lost: str
    """What was acknowledged and is not in the journal."""
    lives_on: str
    """Which processes go on, as they should."""
    left_behind: str
    """Processes, sockets and locks that nobody needs any more."""


SEEN = pytest.StashKey[dict[Cell, Outcome]]()
"""Where outcomes are collected when the page is being written: then it is not compared."""
NOT_THERE: Mapping[tuple[Victim, Moment], str] = {
    ("run host", "idle"): "no such process: a host lives as long as its run",
    ("harness child", "idle"): "no such process: without a run there is no command",
    ("harness child", "approval pending"): "no such process: the agents of the demo work one after the "
    "other, and the one that waits runs no command",
}
"""Which cases there cannot be, each with its reason."""

CELLS = tuple(Cell(*each) for each in product(get_args(Victim), get_args(Blow), get_args(Moment)))
THERE = tuple(cell for cell in CELLS if not cell.why_not)


def render(outcomes: Mapping[Cell, Outcome]) -> str:
    """The tables, one a victim."""
    return "\n".join(line for victim in get_args(Victim) for line in _section(victim, outcomes))


def _section(victim: Victim, outcomes: Mapping[Cell, Outcome]) -> Iterable[str]:
    yield from ("", f"### {victim}", "", _row(HEADINGS), _row(["---"] * len(HEADINGS)))
    for cell in CELLS:
        if cell.victim == victim:
            said = outcomes.get(cell, Outcome(cell.why_not, "–", "–", "–"))
            yield _row((cell.blow, cell.moment, said.seen, said.lost, said.lives_on, said.left_behind))


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in texts)} |"


def read(page: str) -> dict[Cell, Outcome]:
    """What the page says of each case."""
    said: dict[Cell, Outcome] = {}
    for section in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        victim, _, rest = section.partition("\n")
        for line in rest.splitlines():
            texts = [text.strip() for text in line.split("|")[1:-1]]
            if len(texts) == len(HEADINGS) and texts[0] in get_args(Blow):
                said[Cell(victim.strip(), texts[0], texts[1])] = Outcome(*texts[2:])
    return said
