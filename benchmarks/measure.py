"""Times a subject against its floor, in turns, because a busy machine slows down both alike."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, assert_never

Work = Callable[[], float]
"""Does the work once and gives the seconds it took, so that preparing and tidying up stay out."""

Unit = Literal["start", "event", "run", "memory", "share", "wake-up"]
"""What one value is: seconds for a start, an event or a run, bytes, the share of one core, how many a second."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several values, and the quartiles around it."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of one value or more."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        return cls(*statistics.quantiles(values, n=4, method="inclusive"))


@dataclass(frozen=True, slots=True)
class AtMost:
    """The subject may take this many times as much as its floor."""

    ratio: float


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The subject must do this many events a second, whatever its floor does."""

    per_second: float


@dataclass(frozen=True, slots=True)
class ShareBelow:
    """The subject must take less than this share of one core."""

    share: float


Budget = AtMost | AtLeast | ShareBelow


@dataclass(frozen=True, slots=True)
class Floor:
    """What the subject is measured against."""

    name: str
    value: Spread
    ratio: Spread
    """Of subject to floor, taken round by round."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the table."""

    what: str
    unit: Unit
    value: Spread
    """What the subject takes for one unit."""
    floor: Floor | None
    """None where the figure speaks for itself."""
    budget: Budget | None
    """None where the figure is only for information."""

    @property
    def met(self) -> bool:
        """Whether the median is within the budget."""
        match self.budget:
            case None:
                return True
            case AtMost(ratio):
                return self.floor is not None and self.floor.ratio.median <= ratio
            case AtLeast(per_second):
                return 1 / self.value.median >= per_second
            case ShareBelow(share):
                return self.value.median < share
            case _:
                assert_never(self.budget)


def compare(
    what: str,
    subject: Work,
    floor_name: str,
    floor: Work,
    *,
    unit: Unit,
    units: int = 1,
    rounds: int,
    budget: Budget | None = None,
) -> Measurement:
    """Run both `rounds` times, in turns, after once for warming up; one run handles `units` units."""
    subject()
    floor()
    ours: list[float] = []
    floors: list[float] = []
    for round_number in range(rounds):
        turns = ((subject, ours), (floor, floors))
        for work, values in turns if round_number % 2 else reversed(turns):
            values.append(work() / units)
    return against(what, ours, floor_name, floors, unit=unit, budget=budget)


def against(
    what: str,
    values: Sequence[float],
    floor_name: str,
    floors: Sequence[float],
    *,
    unit: Unit,
    budget: Budget | None = None,
) -> Measurement:
    """The row of values that were taken together with those of their floor, round by round."""
    ratios = [mine / least for mine, least in zip(values, floors, strict=True)]
    floor = Floor(floor_name, Spread.of(floors), Spread.of(ratios))
    return Measurement(what, unit, Spread.of(values), floor, budget)


def alone(
    what: str, values: Sequence[float], *, unit: Unit, budget: ShareBelow | None = None
) -> Measurement:
    """The row of values that have no floor."""
    return Measurement(what, unit, Spread.of(values), None, budget)


def timed(work: Callable[[], object]) -> Work:
    """`work` with a clock around all of it."""

    def run() -> float:
        start = perf_counter()
        work()
        return perf_counter() - start

    return run
