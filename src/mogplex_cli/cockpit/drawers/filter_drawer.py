"""A list that typing narrows: the letters go to the filter, the arrows to the list."""

from typing import Generic, Self

from textual.app import ComposeResult
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.list_drawer import ListDrawer
from mogplex_cli.cockpit.kit.listing import Listing
from mogplex_cli.cockpit.kit.painted import Props


class FilterDrawer(ListDrawer[Props], Generic[Props]):
    """Subclasses say in `narrowed` what is left of a value."""

    can_focus = False

    def __init__(self, listing: Listing[Props], placeholder: str) -> None:
        super().__init__(listing)
        self._input = Input(placeholder=placeholder, id="drawer-filter", compact=True)
        self._whole: Props | None = None

    def compose(self) -> ComposeResult:
        """What is typed, and what is left."""
        yield self._input
        yield from super().compose()

    def narrowed(self, whole: Props, typed: str) -> Props:
        """What matches; all of it when nothing is typed."""
        raise NotImplementedError

    @property
    def typed(self) -> str:
        """What is looked for."""
        return self._input.value.strip()

    def show(self, props: Props) -> None:
        """Other values; the filter holds."""
        self._whole = props
        super().show(self.narrowed(props, self.typed))

    def take_focus(self) -> None:
        """Typing narrows."""
        self._input.focus()

    def focus(self, scroll_visible: bool = True) -> Self:
        """The filter has the keys."""
        self._input.focus(scroll_visible)
        return self

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other letters leave other things."""
        event.stop()
        if self._whole is not None:
            self.show(self._whole)

    def action_stay(self) -> None:
        """Tab does not lead out of the drawer."""
