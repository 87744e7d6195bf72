"""The line that says that the past is shown, and where in the run it is; it has the keys that move about."""

from collections.abc import Sequence
from datetime import tzinfo

from textual import events

from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import Line, Span, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import clock_time, minutes
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.past import PastProps

FAR = 50
"""Events that page up and page down go."""
TRACK_FROM = 90
"""From this width on there is room for the track."""


class PastLine(Painted[PastProps | None]):
    """No row, or one: the place as numbers and as a mark on a track, which a click moves."""

    grows = True
    BINDINGS = [*bindings("past")]

    def __init__(self, *, id: str | None = None, zone: tzinfo | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._track = (0, 0)
        """Where the track begins, and how many cells it has."""

    def show(self, props: PastProps | None) -> None:
        """Another place, or none."""
        if props is None and self.has_focus:
            self.post_message(Invoke("focus_composer"))
        self.can_focus = props is not None
        super().show(props)

    def draw(self, props: PastProps | None, width: int, height: int) -> Sequence[Line]:
        """The row, if any."""
        if props is None:
            return ()
        behind = "" if props.behind_s is None else f"{minutes(props.behind_s)} before the newest"
        left: tuple[Span, ...] = (
            (" PAST  ", "warn_strong"),
            (f"@{props.seq:,}", "bright"),
            (f" of {props.last_seq:,}   ", "dim"),
            (clock_time(props.ts, self._zone), "normal"),
            ("   ", "normal"),
        )
        end: tuple[Span, ...] = ((behind, "dim"), ("   ", "normal"), ("esc now ", "accent"))
        taken = sum(len(text) for text, _ in (*left, *end))
        cells = width - taken - 2 if width >= TRACK_FROM else 0
        self._track = (taken - sum(len(text) for text, _ in end), max(0, cells))
        if cells > 0:
            at = _cell_of(props, cells)
            left = (*left, ("─" * at, "accent"), ("●", "accent_strong"), ("─" * (cells - at - 1), "faint"))
        return (spread(left, end, width),)

    def on_click(self, event: events.Click) -> None:
        """A click on the track goes there; anywhere else it takes the keys."""
        event.stop()
        self.focus()
        start, cells = self._track
        if self.props is not None and cells > 1 and 0 <= event.x - start < cells:
            self._go(str(1 + round((self.props.last_seq - 1) * (event.x - start) / (cells - 1))))

    def action_back(self) -> None:
        """One event back."""
        self._go("-1")

    def action_forward(self) -> None:
        """One event on."""
        self._go("+1")

    def action_far_back(self) -> None:
        """Many events back."""
        self._go(f"-{FAR}")

    def action_far_forward(self) -> None:
        """Many events on."""
        self._go(f"+{FAR}")

    def action_first(self) -> None:
        """Where the run began."""
        self._go("1")

    def action_last(self) -> None:
        """The newest event there is now."""
        if self.props is not None:
            self._go(str(self.props.last_seq))

    def action_invoke(self, action: str) -> None:
        """A key that leads to an action."""
        self.post_message(Invoke(action))

    def _go(self, place: str) -> None:
        self.post_message(Invoke("travel", place))


def _cell_of(props: PastProps, cells: int) -> int:
    """The cell of the track that stands for the place."""
    return round((props.seq - 1) * (cells - 1) / max(1, props.last_seq - 1))
