"""What every drawer is: a panel over the right of the screen that takes the keys and shows one value."""

from typing import Generic

from textual.containers import Vertical

from mogplex_cli.cockpit.keymap import Context
from mogplex_cli.cockpit.kit.painted import Props
from mogplex_cli.cockpit.messages import Invoke


class Drawer(Vertical, Generic[Props]):
    """Subclasses compose themselves, and say in `show` how a value gets to their parts."""

    can_focus = True
    context: Context
    in_the_way = False
    """Whether it surfaced by itself while the line had the keys: what is typed at that moment goes to the line."""
    whole = False
    """Whether it covers the whole body, and not only its right."""

    _idle: frozenset[str] = frozenset()

    def idle(self) -> frozenset[str]:
        """Keys of its context that have nothing to act on now, by what they do: the footer leaves them out."""
        return frozenset()

    def teach(self) -> None:
        """Have the footer taught anew when other keys have something to act on than before."""
        idle = self.idle()
        if idle != self._idle:
            self._idle = idle
            self.refresh_bindings()

    def on_overflows(self) -> None:
        """What can be scrolled changed."""
        self.teach()

    @property
    def agent_id(self) -> str:
        """The agent that Ctrl+C interrupts while the drawer has the keys; empty for none."""
        return ""

    def show(self, props: Props) -> None:
        """Show another value."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Take the keys."""
        self.focus()

    def action_invoke(self, action: str) -> None:
        """A key that leads to an action."""
        self.post_message(Invoke(action))
