"""A keystroke in the command palette: finding among 2,000 actions and drawing what is found, against 20."""

from itertools import cycle, islice
from typing import get_args

from benchmarks.measure import AtMost, Measurement, Work, compare, timed
from mogplex_cli.actions.base import Category
from mogplex_cli.cockpit.drawers.palette import Found, FoundProps
from mogplex_cli.cockpit.palette import PaletteRow, ranked

MANY, FEW = 2_000, 20
WORDS = ("open", "review", "runs", "deploy", "staged", "tests", "notes", "focus", "agent", "export")
TYPED = "open st"
"""Each of its beginnings is what stands in the line after one keystroke."""
WIDTH, HEIGHT = 110, 30
ROUNDS = 31
BUDGET = AtMost(40)
"""A hundred times as many actions must not take nearly a hundred times as long."""


def measure() -> tuple[Measurement, ...]:
    """Both lists, typed at."""
    return (
        compare(
            f"palette keystroke, {MANY:,} actions",
            _typing(_rows(MANY)),
            f"the same with {FEW}",
            _typing(_rows(FEW)),
            unit="event",
            units=len(TYPED),
            rounds=ROUNDS,
            budget=BUDGET,
        ),
    )


def _typing(rows: tuple[PaletteRow, ...]) -> Work:
    found = Found(id="found")

    def type_all() -> None:
        for end in range(1, len(TYPED) + 1):
            found.draw(FoundProps(ranked(TYPED[:end], rows), 0), WIDTH, HEIGHT)

    return timed(type_all)


def _rows(count: int) -> tuple[PaletteRow, ...]:
    """Made-up actions, as custom commands would make them."""
    categories = cycle(get_args(Category))
    names = (f"{first}:{second}-{number}" for number in range(count) for first in WORDS for second in WORDS)
    return tuple(
        PaletteRow(
            name, category, f"Do {name}", f"/{name}", "", "a command of this project", f"do {name} /{name}"
        )
        for name, category in zip(islice(names, count), categories, strict=False)
    )
