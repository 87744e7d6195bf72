"""Small pictures of numbers. Pure."""

from collections.abc import Sequence

LEVELS = "▁▂▃▄▅▆▇█"


def sparkline(numbers: Sequence[int]) -> str:
    """One character a number, as high as its share of the highest."""
    highest = max(numbers, default=0)
    if highest <= 0:
        return LEVELS[0] * len(numbers)
    return "".join(
        LEVELS[min(len(LEVELS) - 1, max(0, number) * len(LEVELS) // (highest + 1))] for number in numbers
    )


def bar(share: float, cells: int) -> tuple[str, str]:
    """The full and the empty part of a bar; anything above nothing shows, and only the whole is full."""
    full = min(cells, int(share * cells))
    if share > 0:
        full = max(1, full)
    return "▇" * full, "▁" * (cells - full)
