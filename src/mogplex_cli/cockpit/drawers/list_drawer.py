"""A drawer that is a list with details: the cursor stays on its thing wherever the list moves it."""

from collections.abc import Sequence
from typing import Generic

from textual import events
from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.kit.listing import Listing, Picked
from mogplex_cli.cockpit.kit.painted import Props


class ListDrawer(Drawer[Props], Generic[Props]):
    """Subclasses say in `order` what can be selected, and in `action_choose` what Enter does with it."""

    def __init__(self, listing: Listing[Props]) -> None:
        super().__init__(id="drawer")
        self._listing = listing
        self._told: Props | None = None
        self._key = ""

    def compose(self) -> ComposeResult:
        """The list with its details."""
        yield self._listing

    def order(self, told: Props) -> Sequence[str]:
        """Keys of what can be selected, as they stand."""
        raise NotImplementedError

    def begin_with(self, told: Props) -> str:
        """What the cursor stands on at first."""
        order = self.order(told)
        return order[0] if order else ""

    def idle(self) -> frozenset[str]:
        """Where nothing can be selected, nothing can be chosen."""
        return frozenset() if self._key else frozenset(("up", "choose"))

    @property
    def overflows(self) -> bool:
        """Whether there is more about the selected one than is on the screen."""
        return self._listing.overflows

    def action_choose(self) -> None:
        """Enter on what is selected."""
        raise NotImplementedError

    @property
    def told(self) -> Props | None:
        """The value that is shown; None before any."""
        return self._told

    @property
    def selected(self) -> str:
        """Key of what the cursor stands on; empty when there is nothing."""
        return self._key

    def show(self, props: Props) -> None:
        """Other values, or the same ones a moment later. What is gone gives the cursor to its neighbour."""
        before = self.order(self._told) if self._told is not None else ()
        order = self.order(props)
        if self._told is None:
            self._key = self.begin_with(props)
        elif self._key not in order:
            place = before.index(self._key) if self._key in before else 0
            self._key = order[min(place, len(order) - 1)] if order else ""
        self._told = props
        self.redraw()

    def redraw(self) -> None:
        """Show it as it is now."""
        if self._told is not None:
            self._listing.show(Picked(self._told, self._key))
            self.teach()

    def select(self, key: str) -> None:
        """Put the cursor there."""
        if key != self._key:
            self._key = key
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        """A click selects, a second one chooses."""
        event.stop()
        self.focus()
        key = self._listing.key_at(event.y) if event.widget is self._listing else ""
        if key and key == self._key:
            self.action_choose()
        elif key:
            self.select(key)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_up()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.action_down()

    def action_up(self) -> None:
        """Select the one above."""
        self._move(-1)

    def action_down(self) -> None:
        """Select the one below."""
        self._move(1)

    def action_page_up(self) -> None:
        """Scroll the details back."""
        self._listing.scroll_text(-1)

    def action_page_down(self) -> None:
        """Scroll the details on."""
        self._listing.scroll_text(1)

    def _move(self, step: int) -> None:
        order = self.order(self._told) if self._told is not None else ()
        if not order:
            return
        place = order.index(self._key) if self._key in order else 0
        self.select(order[max(0, min(place + step, len(order) - 1))])
