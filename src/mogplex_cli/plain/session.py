"""The plain session: what happens becomes lines on stdout, and lines of stdin become actions."""

import os
import signal
import time
from collections.abc import AsyncIterator

import anyio
from anyio.abc import TaskStatus

from mogplex_cli.actions import ACTIONS
from mogplex_cli.actions.perform import attempt
from mogplex_cli.cockpit.kit.double_tap import DoubleTap
from mogplex_cli.custom_commands.registry import EMPTY as NO_COMMANDS
from mogplex_cli.exit_status import EXIT_DONE, EXIT_NOT_DONE, EXIT_UNAVAILABLE
from mogplex_cli.garbage import collect_from_now
from mogplex_cli.opening import explainer, exporter, first_state, leave
from mogplex_cli.plain.context import PlainContext
from mogplex_cli.plain.drawers import standing_lines
from mogplex_cli.plain.questions import Question, again
from mogplex_cli.plain.teller import Teller
from mogplex_cli.plain.typed import Answered, Asks, Said, Unclear, read_typed
from mogplex_cli.session_link import SessionLink
from mogplex_cli.sign_in import account_session, log_out_action
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.selectors.header import select_header
from mogplex_cli.store.selectors.waiting import Deciding, deciding, find_request, read_shown
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import ClockTicked, ComposerRefused, DrawerClosed, NoticeCleared, PastLeft
from mogplex_cli.terminal import Streams
from mogplex_cli.transport.pipe import read_stream
from mogplex_cli.wiring import Wiring
from mogplex_contracts.text import visible

STDIN, STDOUT = 0, 1
OPENING_SECONDS = 30.0
"""How long a typed line waits for the link, or for a run that is being opened."""
INVITATION = "type a task, or /help · an empty line tells how things stand · ctrl+d leaves"
NO_PAST = "time travel has no plain form in this version · /export writes the whole run to a file"
INTERRUPTED = "soft interrupt noted · ctrl+c again within 1.5 s leaves"


def open_plain(wiring: Wiring, streams: Streams) -> int:
    """Run until stdin ends or the person leaves; the exit status."""
    collect_from_now()
    store = anyio.run(_run, wiring, streams)
    leave(store, wiring)
    asked = wiring.arguments.task or wiring.route.attach_run_id
    return exit_status(store.state) if asked else EXIT_DONE


def exit_status(state: CockpitState) -> int:
    """What became of the run that was asked for: 69 when nobody could be asked, 1 when it did not get done."""
    if not state.run.run_id:
        return EXIT_UNAVAILABLE if state.connection.health == "offline" else EXIT_NOT_DONE
    return EXIT_NOT_DONE if state.run.status in ("failed", "killed") else EXIT_DONE


async def _run(wiring: Wiring, streams: Streams) -> Store:
    session = PlainSession(wiring, streams)
    await session.run()
    return session.store


class PlainSession:
    """One store, one link, one pair of streams."""

    def __init__(self, wiring: Wiring, streams: Streams) -> None:
        self.store = Store(first_state(wiring))
        self._wiring = wiring
        account = account_session(wiring, self.store)
        self._link = SessionLink(wiring, streams, self.store, account)
        self._teller = Teller()
        self._context = PlainContext(
            self.store,
            self._link,
            wiring.log,
            explainer(wiring, self.store),
            log_out_action(wiring),
            exporter(wiring),
            self._leave,
            wiring.home,
            account,
        )
        self._scope = anyio.CancelScope()
        self._changed = anyio.Event()
        self._again = 0
        """The question of high risk that was approved once."""

    async def run(self) -> None:
        """Bring events in, say them, and do what is typed."""
        with self._scope:
            async with anyio.create_task_group() as tasks:
                await tasks.start(self._signals)
                self._say(self._greeting())
                tasks.start_soon(self._link.run)
                stop = self.store.subscribe(lambda state: state, self._tell)
                try:
                    await self._listen()
                finally:
                    stop()
                # What came last may not have been shown yet.
                self._tell(self.store.state)
                tasks.cancel_scope.cancel()

    async def _listen(self) -> None:
        if self._wiring.arguments.task:
            await self._opened()
            await attempt(self._context, ACTIONS["run"], self._wiring.arguments.task)
        async for line in typed_lines(STDIN):
            await self._opened()
            await self._typed(line)
        await self._opened()

    async def _typed(self, line: str) -> None:
        asked = read_typed(line)
        confirmed, self._again = self._again, 0
        self.store.apply([ClockTicked(time.time()), NoticeCleared(), ComposerRefused("")])
        match asked:
            case Asks():
                self._say(standing_lines(self.store.state))
            case Unclear():
                self._say([asked.reason])
            case Answered():
                await self._answer(asked, confirmed=confirmed == asked.number)
            case Said():
                await attempt(self._context, ACTIONS["submit"], asked.line)

    async def _answer(self, answered: Answered, *, confirmed: bool) -> None:
        """Decide the question as it was asked: what changed since is asked again, never decided."""
        question = self._teller.questions.asked(answered.number)
        if question is None:
            self._say([f"there is no question {answered.number} · nothing was decided"])
            return
        if not self._waits(question):
            self._say([f"question {answered.number} does not wait any more · nothing was decided"])
            return
        item = question.item
        if answered.decision == "approve" and item.risk == "high" and not confirmed:
            self._again = answered.number
            self._say([again(question)])
            return
        done = "approving" if answered.decision == "approve" else "rejecting"
        target = " ".join(item.target.split())
        await attempt(
            self._context, ACTIONS[answered.decision], deciding(Deciding((item.shown,), answered.note))
        )
        if item.approval_id in self.store.state.deciding:
            self._say([f"{done} question {answered.number} · {item.tool} {target}"])

    def _waits(self, question: Question) -> bool:
        approval_id, run_id, _ = read_shown(question.item.shown)
        state = self.store.state
        return find_request(state, approval_id, run_id) is not None and approval_id not in state.deciding

    def _tell(self, state: CockpitState) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()
        self._say(self._teller.news(state))
        if state.drawer is not None:
            self.store.apply([DrawerClosed()])
        if state.past is not None:
            self._say([NO_PAST])
            self.store.apply([PastLeft()])

    async def _opened(self) -> None:
        """Wait until a line can mean something: the link and the commands are there, and no run is being opened."""
        with anyio.move_on_after(OPENING_SECONDS):
            while _is_opening(self.store.state):
                await self._changed.wait()

    async def _signals(self, *, task_status: TaskStatus[None]) -> None:
        """Ctrl+C as in the cockpit: noted once, and twice leaves."""
        taps = DoubleTap(time.monotonic)
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as signals:
            task_status.started()
            async for number in signals:
                if number != signal.SIGINT or taps.tap():
                    self._leave()
                    return
                self._wiring.log("soft_interrupt", run_id=self.store.state.run.run_id)
                self._say([f"[soft-interrupt] {INTERRUPTED}"])
                if run_is_active(self.store.state) and not self.store.state.session.observe:
                    await attempt(self._context, ACTIONS["interrupt"], "")

    def _greeting(self) -> list[str]:
        told = select_header(self.store.state)
        place = f"{told.repo} on {told.branch}" if told.branch else told.repo
        harness = f" · {told.harness}" if told.harness else ""
        return [f"mogplex · {place} · permissions {told.permission_mode}{harness}", INVITATION]

    def _say(self, lines: list[str]) -> None:
        """Add lines to stdout; when nobody reads them any more, leave."""
        data = "".join(f"{visible(line)}\n" for line in lines).encode("utf-8", "replace")
        try:
            while data:
                data = data[os.write(STDOUT, data) :]
        except OSError:
            self._leave()

    def _leave(self) -> None:
        self._scope.cancel()


def _is_opening(state: CockpitState) -> bool:
    return bool(state.starting) or state.connection.health == "connecting" or state.commands is NO_COMMANDS


async def typed_lines(descriptor: int) -> AsyncIterator[str]:
    """Lines as they are typed; the last one may lack its newline."""
    rest = b""
    while data := await read_stream(descriptor):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
    if rest:
        yield rest.decode("utf-8", "replace")
