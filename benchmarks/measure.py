"""Times a subject against its floor, in turns, because a busy machine slows down both alike."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, assert_never

Work = Callable[[], float]
"""Does the work once and gives the seconds it took, so that preparing and tidying up stay out."""

Unit = Literal["start", "event", "bytes", "count"]
"""What the figures are: seconds for one start, seconds for one event, bytes, or how often something happened."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several values, and the quartiles around it."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of two values or more."""
        return cls(*statistics.quantiles(values, n=4, method="inclusive"))


@dataclass(frozen=True, slots=True)
class AtMost:
    """The subject may take this many times as long as its floor."""

    ratio: float


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The subject must do this many events a second, whatever its floor does."""

    per_second: float


Budget = AtMost | AtLeast


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the table."""

    what: str
    floor: str
    unit: Unit
    seconds: Spread
    """What the subject takes for one unit."""
    floor_seconds: Spread
    """What the floor takes for one unit."""
    ratio: Spread
    """Of subject to floor, taken round by round."""
    budget: Budget | None
    """None where the figure is only for information."""

    @property
    def met(self) -> bool:
        """Whether the median is within the budget."""
        match self.budget:
            case None:
                return True
            case AtMost(ratio):
                return self.ratio.median <= ratio
            case AtLeast(per_second):
                return 1 / self.seconds.median >= per_second
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
        for work, seconds in turns if round_number % 2 else reversed(turns):
            seconds.append(work() / units)
    ratios = [mine / least for mine, least in zip(ours, floors, strict=True)]
    return Measurement(
        what=what,
        floor=floor_name,
        unit=unit,
        seconds=Spread.of(ours),
        floor_seconds=Spread.of(floors),
        ratio=Spread.of(ratios),
        budget=budget,
    )


def timed(work: Callable[[], object]) -> Work:
    """`work` with a clock around all of it."""

    def run() -> float:
        start = perf_counter()
        work()
        return perf_counter() - start

    return run
