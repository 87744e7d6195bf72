"""The one screen: where the panels stand at which size, and which of them has the keys."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.await_remove import AwaitRemove
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from mogplex_cli.cockpit.composer.composer import Composer
from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import Context
from mogplex_cli.cockpit.messages import Typed
from mogplex_cli.cockpit.options import CockpitOptions
from mogplex_cli.cockpit.panels import PANELS
from mogplex_cli.cockpit.panels.agents import Agents
from mogplex_cli.cockpit.panels.find_line import FindLine
from mogplex_cli.cockpit.panels.footer import Footer
from mogplex_cli.cockpit.panels.past import PastLine
from mogplex_cli.cockpit.panels.timeline import Timeline
from mogplex_cli.cockpit.panels.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmall

if TYPE_CHECKING:
    from mogplex_cli.actions.base import FocusTarget

RAIL_FROM = 100
"""From this width on the agents stand in a rail; below it, above the timeline."""
RAIL_CELLS = 30
"""Width of that rail, as its style sheet has it."""
NAME_CELLS = 21
"""Width of the timeline's times and names."""
CONTEXT_FROM = 118
"""From this width on there is room for the right rail."""
BROAD_FROM = 140
"""From this width on a drawer leaves the times and names of the timeline in sight."""


WIDTHS = ((CONTEXT_FROM, "-wide"), (RAIL_FROM, "-rail"), (0, "-slim"))
HEIGHTS = ((38, "-high"), (30, "-tall"), (0, "-short"))
"""From which size on the screen has which class, the largest first."""


def shape(width: int, height: int) -> dict[str, bool]:
    """All these classes, and which the screen has at this size."""
    wide = next(name for least, name in WIDTHS if width >= least)
    high = next(name for least, name in HEIGHTS if height >= least)
    return {name: name in (wide, high) for _, name in (*WIDTHS, *HEIGHTS)}


def drawer_width(width: int) -> int:
    """How wide a drawer is: it begins after the names of the timeline, after the rail, or at the left edge."""
    if width < RAIL_FROM:
        return width
    return width - (RAIL_CELLS + NAME_CELLS if width >= BROAD_FROM else RAIL_CELLS)


class CockpitScreen(Screen[None], inherit_bindings=False):
    """Panels never know where they stand; this knows nothing else."""

    AUTO_FOCUS = ""
    """The line has the keys at first, and nothing has them before it."""

    def __init__(
        self,
        options: CockpitOptions,
        when_mounted: Callable[[], None],
        one_picture: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """`one_picture`: what changes within is drawn at its end."""
        super().__init__()
        self._when_mounted = when_mounted
        self._one_picture = one_picture
        self._animations = options.animations
        self.composer = Composer(id="composer", zone=options.zone)
        self.agents = Agents(id="agents", animations=options.animations)
        self.timeline = Timeline(id="timeline", zone=options.zone)
        self.past = PastLine(id="past", zone=options.zone)
        self.find = FindLine(id="find")
        self._teacher = Footer(id="footer", keys=options.keys)
        self._panels: dict[str, Any] = {
            "agents": self.agents,
            "timeline": self.timeline,
            "past": self.past,
            "find": self.find,
            "footer": self._teacher,
        }
        self._drawer: Drawer[Any] | None = None
        self._leaving: AwaitRemove | None = None
        """The drawer that was closed last, on its way off the screen."""
        self._before_drawer: Widget | None = None
        self._too_small = TooSmall(id="too-small")

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield self.panel("header")
        yield self.panel("alerts")
        with Container(id="body"):
            yield self.panel("agents")
            yield self.panel("timeline")
            yield self.panel("context")
        yield self.panel("mcp")
        yield self.past
        yield self.find
        yield self.composer
        yield self.panel("footer")
        yield self._too_small

    @property
    def agent_in_drawer(self) -> str:
        """Id of the agent the open drawer is about; empty when it is about none or has not the keys."""
        drawer = self._drawer
        return drawer.agent_id if drawer is not None and drawer.has_focus else ""

    def panel(self, name: str) -> Any:
        """The panel of that id; its props are what its selector gives."""
        if name not in self._panels:
            self._panels[name] = PANELS[name](id=name)
        return self._panels[name]

    def on_mount(self) -> None:
        """The person types first; then the state has its say."""
        self.composer.focus_editor()
        self._when_mounted()

    def on_resize(self, event: events.Resize) -> None:
        """Another size, another shape."""
        self.take_shape(*event.size)

    def take_shape(self, width: int, height: int) -> None:
        """What has room in so many cells: agents as lines or cards; or nothing but the size that is needed."""
        self.update_classes(shape(width, height))
        self.agents.set_narrow(width < RAIL_FROM)
        too_small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        self.set_class(too_small, "-too-small")
        self._too_small.show((width, height))
        if self._drawer is not None:
            self._drawer.styles.width = width if self._drawer.whole else drawer_width(width)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The footer teaches the keys of what has them now; where nothing moves by itself, no cursor blinks there."""
        self._teach(event.widget)
        if not self._animations:
            from mogplex_cli.cockpit.kit.cursor import hold_cursor

            hold_cursor(event.widget)

    def refresh_bindings(self) -> None:
        """Other keys have something to act on now."""
        super().refresh_bindings()
        if self.focused is not None:
            self._teach(self.focused)

    def _teach(self, widget: Widget) -> None:
        drawer = self._drawer
        idle = (
            drawer.idle() if drawer is not None and drawer in widget.ancestors_with_self else frozenset[str]()
        )
        self._teacher.teach(self._context_of(widget), idle)

    def move_focus(self, target: "FocusTarget") -> None:
        """Give the keys to a part of the screen."""
        match target:
            case "composer":
                self.composer.focus_editor()
            case "timeline":
                self.timeline.focus()
            case "agents":
                self.agents.focus()
            case "past":
                self.past.focus()
            case "find" | "filter":
                self.find.begin(target)
            case _:
                if self._drawer is not None:
                    self._drawer.take_focus()

    def open_drawer(self, drawer: Drawer[Any], *, surfaced: bool) -> None:
        """Put a drawer over the right of the body; it takes the keys, unless it surfaced over a typed line."""
        before, self._drawer = self._drawer, drawer
        drawer.in_the_way = surfaced and self.composer.has_focus_within
        width = self.size.width
        drawer.styles.width = width if drawer.whole else drawer_width(width)
        if before is None:
            self._before_drawer = self.focused
        self.call_next(self._replace_drawer, before, drawer, surfaced)

    def on_typed(self, message: Typed) -> None:
        """A character that was meant for the line goes there, and so do those after it."""
        self.composer.type(message.character)
        self.composer.focus_editor()

    def close_drawer(self) -> None:
        """Take the drawer away; the keys go back to where they were."""
        drawer, self._drawer = self._drawer, None
        if drawer is None:
            return
        had_keys = drawer.has_focus or drawer.has_focus_within
        from_queue = drawer.context == "approval"
        if drawer.is_attached:
            self._leaving = drawer.remove()
        if not had_keys:
            return
        if self._before_drawer in (self.timeline, self.agents) and not from_queue:
            self._before_drawer.focus()
        else:
            self.composer.focus_editor()

    async def _replace_drawer(self, before: Drawer[Any] | None, drawer: Drawer[Any], surfaced: bool) -> None:
        """Both have one place on the screen: the one before must have left it first."""
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            await leaving
        if before is not None and before.is_attached:
            await before.remove()
        if drawer is self._drawer:
            # It is seen only when it has the keys: whoever sees it presses them.
            with self._one_picture():
                await self.query_one("#body").mount(drawer)
                if drawer is self._drawer and not (surfaced and self.composer.text):
                    drawer.take_focus()
                    # The news of it would come a picture later.
                    self.refresh_bindings()

    def _context_of(self, widget: Widget) -> Context:
        if self._drawer is not None and self._drawer in widget.ancestors_with_self:
            return self._drawer.context
        if widget is self.timeline:
            return "timeline"
        if widget is self.past:
            return "past"
        if self.find in widget.ancestors_with_self:
            return "find"
        return "agents" if widget is self.agents else "composer"
