"""The cockpit: composes the screen and wires it to the store, the link and the signals. Nothing else."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.screen import Screen

from mogplex_cli.cockpit.attention import Attention
from mogplex_cli.cockpit.connect import connect
from mogplex_cli.cockpit.crash import stopped, told
from mogplex_cli.cockpit.driver import CockpitDriver
from mogplex_cli.cockpit.keymap import bindings, overlay
from mogplex_cli.cockpit.kit.double_tap import DOUBLE_TAP_SECONDS, DoubleTap
from mogplex_cli.cockpit.kit.pressed import handling, waited
from mogplex_cli.cockpit.messages import Edited, Invoke, Pressed, Sought
from mogplex_cli.cockpit.options import CockpitOptions
from mogplex_cli.cockpit.outside import Outside
from mogplex_cli.cockpit.preload import preload
from mogplex_cli.cockpit.screen import CockpitScreen
from mogplex_cli.cockpit.signals import listen, survive_stops
from mogplex_cli.cockpit.themes import DARK, THEMES, theme_name
from mogplex_cli.garbage import collect_from_now
from mogplex_cli.store.selectors.attention import select_attention
from mogplex_cli.store.selectors.facts import daemon_connection, run_is_active
from mogplex_cli.store.state import Notice, ThemeName
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import (
    ComposerEdited,
    ComposerRefused,
    FilesFound,
    NoticeCleared,
    NoticeShown,
)

if TYPE_CHECKING:
    from mogplex_cli.cockpit.context import CockpitContext
    from mogplex_cli.transport.base import Link

__all__ = ["CockpitOptions", "MogplexApp"]

HERE = Path(__file__).parent
STYLES = ("screen", "panels/panels", "composer/composer", "drawers/drawers")
SOFT_INTERRUPT = Notice("soft interrupt noted · ctrl+c again within 1.5 s quits", "warning")


class MogplexApp(App[int], inherit_bindings=False):
    """Run it with `run()`; `return_code` is 0 after a clean exit and 1 after a crash."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [*bindings("everywhere")]

    def __init__(self, store: Store, link: "Link", options: CockpitOptions) -> None:
        # Textual reads NO_COLOR itself; only of a terminal's own colours does it leave none at all.
        super().__init__(driver_class=CockpitDriver, ansi_color=store.state.session.no_colour or None)
        self.animation_level = "full" if options.animations else "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_name(store.state.theme)
        self._store = store
        self._link = link
        self._options = options
        self._cockpit = CockpitScreen(options, self._connect, self.batch_update)
        self._outside = Outside(self)
        self._ctrl_c = DoubleTap(lambda: options.monotonic() - waited())
        self._endings: list[Callable[[], None]] = []
        self._crashed = False
        self._mouse_was_given = False

    @cached_property
    def _context_of_actions(self) -> "CockpitContext":
        from mogplex_cli.cockpit.context import CockpitContext

        return CockpitContext(
            self._store, self._link, self._cockpit, self._options, self._outside, self._leave
        )

    def get_default_screen(self) -> Screen[None]:
        """The cockpit has one screen.

        Its style sheets are read here: those of CSS_PATH would be parsed before the theme is there, and then again.
        Its shape is known before Textual tells it: the first picture is the right one.
        """
        for name in STYLES:
            self.stylesheet.read(HERE / f"{name}.tcss")
        self._cockpit.take_shape(*self.size)
        return self._cockpit

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours the style sheets may name whatever the theme."""
        return DARK

    def on_mount(self) -> None:
        """Everything that goes on while the cockpit is open begins with its first picture, and ends with it."""
        self.set_keymap(overlay(self._options.keys))
        self._endings.append(listen(self.action_interrupt, self._leave))
        self._endings.append(survive_stops(self._leave_terminal, self._redraw))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._open_link(), name="link", group="link")
        if self._options.task:
            self.action_invoke("run", self._options.task)

    async def _open_link(self) -> None:
        from anyio import to_thread

        await to_thread.run_sync(preload)
        collect_from_now()
        await self._link.run()

    def on_unmount(self) -> None:
        """Let go of the store and the signals."""
        while self._endings:
            self._endings.pop()()

    async def on_event(self, event: events.Event) -> None:
        """The actions of keys run in here, and some ask when theirs was pressed."""
        is_key = isinstance(event, events.Key)
        with handling(self._options.monotonic() - self._options.pressed(event) if is_key else 0.0):
            await super().on_event(event)

    def on_invoke(self, message: Invoke) -> None:
        """A widget asks for an action."""
        self.action_invoke(message.action, message.argument)

    def on_pressed(self, message: Pressed) -> None:
        """A key was clicked in the footer."""
        self.post_message(events.Key(message.key, message.character))

    def on_sought(self, message: Sought) -> None:
        """A file is being named: only what was typed last is looked for."""
        self.run_worker(self._find_files(message.query), name="files", group="files", exclusive=True)

    async def _find_files(self, query: str) -> None:
        self._store.apply([FilesFound(query, await self._options.find_files(query))])

    def on_edited(self, message: Edited) -> None:
        """The composer tells whether anything is typed."""
        self._store.apply([ComposerEdited(message.empty)])
        if message.by_hand:
            self._store.apply([ComposerRefused("")])

    def action_invoke(self, name: str, argument: str = "") -> None:
        """Start an action; it never holds up the keys. One that lacks words it needs is picked as in the palette."""
        from mogplex_cli.actions import ACTIONS
        from mogplex_cli.actions.perform import attempt

        if ACTIONS[name].needs_argument and not argument:
            name, argument = "choose", name
        self.run_worker(
            attempt(self._context_of_actions, ACTIONS[name], argument), name=name, group="actions"
        )

    def action_interrupt(self) -> None:
        """Ctrl+C: noted once; twice within 1.5 s leaves. On an agent's card it interrupts that agent."""
        if self._ctrl_c.tap():
            self._leave()
            return
        self._options.soft_interrupt_stderr("[soft-interrupt]")
        self._options.log("soft_interrupt", run_id=self._store.state.run.run_id)
        if run_is_active(self._store.state) and not self._store.state.session.observe:
            self.action_invoke("interrupt", self._interrupted_agent())
        self._store.apply([NoticeShown(SOFT_INTERRUPT.text, SOFT_INTERRUPT.tone)])
        self.set_timer(DOUBLE_TAP_SECONDS, self._forget_interrupt)

    def _interrupted_agent(self) -> str:
        """The agent under the cursor of the panel or of the drawer that has the keys; empty for none."""
        return self._cockpit.agents.selected or self._cockpit.agent_in_drawer

    def _connect(self) -> None:
        self._endings.append(connect(self._store, self._cockpit, self._options))
        self._endings.append(self._store.subscribe(daemon_connection, self._follow_runs))
        self._endings.append(self._store.subscribe(lambda state: state.theme, self._paint))
        self._endings.append(self._store.subscribe(lambda state: state.mouse, self._give_mouse))
        if self._options.attention and not self.is_headless:
            attention = Attention(self._outside.write)
            self._endings.append(attention.end)
            self._endings.append(self._store.subscribe(select_attention, attention.show))

    def _paint(self, theme: ThemeName) -> None:
        self.theme = theme_name(theme)

    def _follow_runs(self, connection: int) -> None:
        """Every connection to a daemon is asked for its runs."""
        if connection:
            self.action_invoke("follow_runs")

    def _give_mouse(self, to_cockpit: bool) -> None:
        """Textual has asked for it already when the cockpit opens."""
        if not to_cockpit or self._mouse_was_given:
            self._mouse_was_given = True
            self._outside.give_mouse(to_cockpit)

    def _leave_terminal(self) -> None:
        if self._driver is not None:
            self._driver.suspend_application_mode()

    def _redraw(self) -> None:
        self.call_later(self.refresh, layout=True)

    def _forget_interrupt(self) -> None:
        if self._store.state.notice == SOFT_INTERRUPT:
            self._store.apply([NoticeCleared()])

    def _leave(self) -> None:
        self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        """Where Textual brings every error nobody caught: only the first is told, and never as a traceback."""
        self._options.log("crashed", traceback=told(error))
        if self._crashed:
            return
        self._crashed = True
        run_id = self._store.state.run.run_id if run_is_active(self._store.state) else ""
        line = stopped(error, self._options.log_path, run_id)
        line.__cause__ = error
        super()._handle_exception(line)
