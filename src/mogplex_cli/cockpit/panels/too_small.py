"""What stands there when the terminal is too small for anything else."""

from collections.abc import Sequence

from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line
from mogplex_cli.cockpit.kit.painted import Painted

LEAST_WIDTH = 60
LEAST_HEIGHT = 15


class TooSmall(Painted[tuple[int, int]]):
    """Shows which size is needed. The cockpit goes on behind it."""

    def draw(self, props: tuple[int, int], width: int, height: int) -> Sequence[Line]:
        """Two rows in the middle."""
        rows: tuple[Span, ...] = (
            (f"mogplex needs {LEAST_WIDTH}×{LEAST_HEIGHT}", "bright"),
            (f"this terminal has {props[0]}×{props[1]}", "dim"),
        )
        above = max(0, (height - len(rows)) // 2)
        return [BLANK] * above + [
            line((" " * max(0, (width - len(row[0])) // 2), "normal"), row) for row in rows
        ]
