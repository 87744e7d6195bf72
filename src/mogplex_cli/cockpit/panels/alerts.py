"""The strip of things not to miss; it is only there when there is one."""

from collections.abc import Sequence

from textual import events

from mogplex_cli.cockpit.kit.lines import Line, Span, Token, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.alerts import AlertsProps

LOOK: dict[str, tuple[str, Token]] = {"danger": ("▲", "danger_strong"), "warning": ("◆", "warn")}


class Alerts(Painted[AlertsProps]):
    """No row, or one: the alert whose turn it is, what to do, and which of how many it is."""

    grows = True

    def draw(self, props: AlertsProps, width: int, height: int) -> Sequence[Line]:
        """The row, if any."""
        alert = props.alert
        if alert is None:
            return ()
        glyph, token = LOOK[alert.tone]
        end: tuple[Span, ...] = ()
        if alert.hint:
            end = ((alert.hint, "accent"),)
        if props.count > 1:
            end = (*end, (f"   {props.next_key} {props.place}/{props.count}", "dim"))
        left: tuple[Span, ...] = ((f" {glyph} ", token), (alert.text, token))
        return (spread(left, (*end, (" ", "normal")), width),)

    def on_click(self, event: events.Click) -> None:
        """A click does what the alert says to do now."""
        event.stop()
        alert = self.props.alert if self.props else None
        if alert is not None and alert.opens:
            self.post_message(Invoke(alert.opens))
