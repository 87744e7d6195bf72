"""Ties the store to the screen: which selector feeds which panel, and what follows from the state by itself."""

from collections.abc import Callable, Sequence
from typing import Any

from textual.timer import Timer

from mogplex_cli.cockpit.composer.complete import SlashHelp
from mogplex_cli.cockpit.drawers import DRAWERS
from mogplex_cli.cockpit.options import CockpitOptions
from mogplex_cli.cockpit.screen import CockpitScreen
from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_cli.store.selectors.agents import select_agents
from mogplex_cli.store.selectors.alerts import select_alerts
from mogplex_cli.store.selectors.composer import select_composer
from mogplex_cli.store.selectors.context import select_context
from mogplex_cli.store.selectors.facts import clock_is_read
from mogplex_cli.store.selectors.footer import select_footer
from mogplex_cli.store.selectors.header import select_header
from mogplex_cli.store.selectors.mcp import select_mcp
from mogplex_cli.store.selectors.past import at_shown_place, select_past
from mogplex_cli.store.selectors.timeline import select_timeline
from mogplex_cli.store.state import CockpitState, Drawer, DrawerName
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import ClockTicked

PANEL_SELECTORS: dict[str, Callable[[CockpitState], Any]] = {
    "header": select_header,
    "alerts": select_alerts,
    "agents": select_agents,
    "timeline": select_timeline,
    "context": select_context,
    "mcp": select_mcp,
    "footer": select_footer,
    "past": select_past,
    "find": lambda state: state.view,
}
LIVE = frozenset(
    (
        "alerts",
        "footer",
        "past",
        "find",
        "approval",
        "inbox",
        "runs",
        "permissions",
        "palette",
        "keys",
        "login",
        "sign_in",
        "diff",
    )
)
"""What is always about now; everything else shows the run at the place the person went to."""


def connect(store: Store, screen: CockpitScreen, options: CockpitOptions) -> Callable[[], None]:
    """Feed the screen from the store until the function returned is called."""
    drawers = DrawerConnection(store, screen, options)
    clock = RunClock(store, screen, options)
    ends = [
        *(
            store.subscribe(_at_place(name, select), screen.panel(name).show)
            for name, select in PANEL_SELECTORS.items()
        ),
        store.subscribe(select_composer, screen.composer.show),
        store.subscribe(
            lambda state: state.commands,
            lambda commands: screen.composer.offer(lambda: _slash_helps(commands)),
        ),
        store.subscribe(lambda state: state.drawer, drawers.show),
        store.subscribe(clock_is_read, clock.run),
        drawers.end,
        clock.end,
    ]

    def disconnect() -> None:
        for end in ends:
            end()

    return disconnect


def _slash_helps(commands: CommandRegistry) -> Sequence[SlashHelp]:
    from mogplex_cli.cockpit.slash_helps import slash_helps

    return slash_helps(commands)


def _at_place(name: str, select: Callable[[CockpitState], Any]) -> Callable[[CockpitState], Any]:
    """The selector as it is, or reading the state at the place of the run that is shown."""
    return select if name in LIVE else lambda state: select(at_shown_place(state))


class DrawerConnection:
    """Opens and closes drawers as the state says, and feeds the one that is open."""

    def __init__(self, store: Store, screen: CockpitScreen, options: CockpitOptions) -> None:
        self._store = store
        self._screen = screen
        self._options = options
        self._open: DrawerName | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def show(self, drawer: Drawer | None) -> None:
        """Make the screen show this drawer, or none."""
        name = drawer.name if drawer else None
        if name == self._open:
            return
        self.end()
        self._open = name
        if drawer is None:
            self._screen.close_drawer()
            return
        from mogplex_cli.cockpit.drawer_values import selector_of

        widget = DRAWERS[drawer.name](self._options)
        self._screen.open_drawer(widget, surfaced=drawer.surfaced)
        select = selector_of(drawer.name, self._options)
        self._unsubscribe = self._store.subscribe(_at_place(drawer.name, select), widget.show)

    def end(self) -> None:
        """Stop feeding."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None


class RunClock:
    """Ticks once a second while something shown depends on the time, and not at all otherwise."""

    def __init__(self, store: Store, screen: CockpitScreen, options: CockpitOptions) -> None:
        self._store = store
        self._screen = screen
        self._options = options
        self._timer: Timer | None = None

    def run(self, read: bool) -> None:
        """Start or stop ticking."""
        if read and self._timer is None:
            self._tick()
            self._timer = self._screen.set_interval(1.0, self._tick)
        elif not read:
            self.end()

    def end(self) -> None:
        """Stop ticking."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        self._store.apply([ClockTicked(self._options.clock())])
