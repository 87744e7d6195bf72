"""Every process, hit by every signal, at every moment: what is seen, what is lost, what is left behind."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psutil
import pytest

from mogplex_cli.cockpit.cells.base import outcome
from mogplex_contracts.commands.run import RunPause
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.state.digest import digest
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from tests.faults.desk import Desk, Scene, ended
from tests.faults.matrix import CELLS, DEADLY, PAGE, SEEN, THERE, Cell, Outcome, Victim, read
from tests.faults.watcher import Watcher, watching
from tests.support import house
from tests.support.run_host import PATIENCE_SECONDS
from tests.support.terminal import Terminal

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk.make(tmp_path_factory.mktemp("faults"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in desk.env.items():
            patch.setenv(name, value)
        yield desk
        desk.close()


def of(victim: Victim) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("cell", [cell for cell in THERE if cell.victim == victim], ids=str)


@pytest.fixture
def settle(desk: Desk, request: pytest.FixtureRequest):
    """Says what came of a fault: the page must say the same."""
    desk.start_daemon()

    def settle(cell: Cell, outcome: Outcome) -> None:
        assert outcome.lost == "nothing"
        assert outcome.left_behind == "nothing"
        if SEEN in request.config.stash:
            request.config.stash[SEEN][cell] = outcome
        else:
            said = read(PAGE.read_text()).get(cell)
            assert said == outcome, (
                "docs/reliability.md is to be written again: python -m tests.faults.report"
            )

    return settle


@asynccontextmanager
async def stage(
    desk: Desk, cell: Cell, *, fresh: bool = False
) -> AsyncIterator[tuple[Scene | None, Watcher]]:
    """The run of a case, unless it is idle, and somebody who watches; everything told up to now is noted."""
    if cell.moment == "idle":
        async with watching(desk.home, None) as watcher:
            watcher.forget()
            yield None, watcher
        return
    scene = await desk.at(cell.moment, fresh=fresh)
    async with desk.bystander(scene), watching(desk.home, scene.run_id) as watcher:
        watcher.forget()
        yield scene, watcher


async def still_works(desk: Desk, scene: Scene | None, watcher: Watcher | None, told: str) -> None:
    """The daemon answers, and what is said to the run is journaled and comes back; all that is shown is journaled."""
    if scene is None:
        async with desk.client():
            return
    if watcher is None:
        async with watching(desk.home, scene.run_id) as other:
            await still_works(desk, scene, other, told)
        return
    await watcher.say(told)
    await watcher.until_said(told)
    journaled = scene.replayed()
    await watcher.until(lambda state: state.run.last_seq == journaled.last_seq)
    assert digest(watcher.state.run) == digest(journaled)


def outcome_of(desk: Desk, scene: Scene | None, seen: str) -> Outcome:
    return Outcome(seen, scene.lost() if scene else "nothing", desk.lives_on(scene), desk.left_behind())


def hit(pid: int, cell: Cell) -> None:
    os.kill(pid, DEADLY[cell.blow])


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """The process stands still meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


STATUSES = ("ready", "running", "paused")


def is_whole(text: str) -> bool:
    """Whether the header is drawn to its end: the link is nominal, and a run, or none, is named."""
    first = text.partition("\n")[0].split()
    return first[-1:] == ["nominal"] and any(word in STATUSES for word in first)


def header(terminal: Terminal) -> str:
    """The words of the header on a real screen: the link, and the run."""
    first = terminal.text.splitlines()[0].split()
    health = first[-1]
    status = next(word for word in first if word in STATUSES)
    waits = ", approvals open" if "APPROVALS" in terminal.text else ""
    return f"{health} · {status}{waits}"


SHOWN = {"idle": "nominal", "streaming": "tick ", "approval pending": "APPROVALS", "paused": "‖ paused"}
"""What the screen shows when the cockpit has the run before it."""


@of("cockpit")
async def test_a_cockpit_is_hit(desk: Desk, cell: Cell, settle):
    scene = None if cell.moment == "idle" else await desk.at(cell.moment)
    told = f"told {cell}"
    with desk.cockpit(scene.run_id if scene else None) as terminal:
        terminal.wait_for(lambda text: SHOWN[cell.moment] in text and is_whole(text), PATIENCE_SECONDS)
        before = header(terminal)
        for asked in psutil.Process(terminal.process.pid).children(recursive=True):
            house.ended(asked.pid)  # Git, which would be there a moment longer than a cockpit that is killed.
        if cell.blow in DEADLY:
            hit(terminal.process.pid, cell)
            status = terminal.wait_for_end(PATIENCE_SECONDS)
            seen = f"{before}; {after_the_end(terminal, status, scene)}"
            if scene:
                async with desk.bystander(scene):
                    await still_works(desk, scene, None, told)
        else:
            with stopped(terminal.process.pid):
                os.waitpid(terminal.process.pid, os.WUNTRACED)
                if scene:
                    async with desk.bystander(scene):
                        await still_works(desk, scene, None, told)
                else:
                    terminal.type("told")
            # All of it: a run that is used again shows what it was told before.
            shown = told if scene else "told"
            terminal.wait_for(lambda text: shown in text and is_whole(text), PATIENCE_SECONDS)
            seen = f"the picture stands still, then {header(terminal)}, nothing missing"
            os.kill(terminal.process.pid, signal.SIGTERM)
            assert terminal.wait_for_end(PATIENCE_SECONDS) == 0 and terminal.cooked
    settle(cell, outcome_of(desk, scene, seen))


def after_the_end(terminal: Terminal, status: int, scene: Scene | None) -> str:
    """What the terminal shows when the cockpit has gone."""
    if status == -signal.SIGKILL:
        assert not terminal.cooked
        return "the last picture stays on the terminal; `reset` clears it"
    assert status == 0 and terminal.cooked
    last = terminal.text.strip()
    if scene is None:
        assert not last
        return "the terminal is as it was"
    assert last.startswith(f"run {scene.run_id} goes on")
    return f"“{last.replace(scene.run_id, '<run>')}”"


@of("daemon")
async def test_the_daemon_is_hit(desk: Desk, cell: Cell, settle):
    async with stage(desk, cell) as (scene, watcher):
        before, told = watcher.words, f"told {cell}"
        match cell.blow:
            case "SIGTERM":
                daemon = os.pidfd_open(desk.daemon)
                hit(desk.daemon, cell)
                await ended(daemon)
                await watcher.until(lambda state: state.connection.health == "offline")
                down = outcome_of(desk, scene, watcher.words)
                desk.start_daemon()
                await watcher.nominal()
                await still_works(desk, scene, watcher, told)
                seen = f"{down.seen}; after `mogplex-daemon start` {watcher.words}"
                after = outcome_of(desk, scene, seen)
                assert after.lost == after.left_behind == "nothing"
                settle(cell, Outcome(seen, down.lost, down.lives_on, down.left_behind))
                return
            case "SIGKILL":
                hit(desk.daemon, cell)
                await watcher.until_shown("reconnect")
                await watcher.until(lambda state: state.connection.health == "nominal")
                await still_works(desk, scene, watcher, told)
                lost = next(words for words in watcher.shown if words.startswith("reconnect"))
                seen = f"{lost}; a new daemon is started, {watcher.words}"
            case "SIGHUP":
                hit(desk.daemon, cell)
                await still_works(desk, scene, watcher, told)
                seen = unchanged(watcher, before)
            case "SIGSTOP, SIGCONT":
                with stopped(desk.daemon):
                    if scene:
                        await watcher.say(told)
                if scene:
                    await watcher.until_said(told)
                await still_works(desk, None, watcher, told)
                seen = f"{unchanged(watcher, before)}, what is asked is answered after SIGCONT"
    settle(cell, outcome_of(desk, scene, seen))


@of("run host")
async def test_a_run_host_is_hit(desk: Desk, cell: Cell, settle):
    deadly = cell.blow in ("SIGTERM", "SIGKILL")
    async with stage(desk, cell, fresh=deadly) as (scene, watcher):
        assert scene is not None
        before, told = watcher.words, f"told {cell}"
        if deadly:
            host = os.pidfd_open(scene.host)
            hit(scene.host, cell)
            await watcher.until(lambda state: state.run.status in FINAL_RUN_STATUSES)
            await scene.over(host)
            seen = f"{before}; then {watcher.words}"
        elif cell.blow == "SIGHUP":
            hit(scene.host, cell)
            await still_works(desk, scene, watcher, told)
            seen = unchanged(watcher, before)
        else:
            with stopped(scene.host):
                await watcher.say(told)
            await watcher.until_said(told)
            await still_works(desk, scene, watcher, f"{told}, twice")
            seen = f"{unchanged(watcher, before)}, what is asked is answered after SIGCONT"
    settle(cell, outcome_of(desk, scene, seen))


@of("harness child")
async def test_a_harness_child_is_hit(desk: Desk, cell: Cell, settle):
    ends = cell.blow in DEADLY
    running = Cell(cell.victim, cell.blow, "streaming")
    fresh = ends or cell.moment == "paused"
    async with stage(desk, running, fresh=fresh) as (scene, watcher):
        assert scene is not None
        told = f"told {cell}"
        if cell.moment == "paused":
            async with desk.bystander(scene) as client:
                assert isinstance(await client.ask(RunPause()), CommandAccepted)
        before = watcher.words
        child = scene.command()
        if ends:
            host = os.pidfd_open(scene.host)
            hit(child.pid, cell)
            await watcher.until(lambda state: state.run.status in (*FINAL_RUN_STATUSES, "paused"))
            seen = f"{before}; the command ended with {how_it_ended(watcher)}, the run is {watcher.words}"
            if watcher.state.run.status in FINAL_RUN_STATUSES:
                await scene.over(host)
            else:
                os.close(host)
        else:
            with stopped(child.pid):
                await watcher.say(told)
                await watcher.until_said(told)
            ticks = tuple(watcher.state.run.live.outputs.values())
            await watcher.until(lambda state: tuple(state.run.live.outputs.values()) != ticks)
            seen = f"{unchanged(watcher, before)}; its output stands still, then goes on"
    came = outcome_of(desk, scene, seen)
    if fresh:
        await desk.kill(scene)
    settle(cell, came)


def unchanged(watcher: Watcher, before: str) -> str:
    assert watcher.shown == [before]
    return f"{before} throughout"


def how_it_ended(watcher: Watcher) -> str:
    """What the timeline says of the command."""
    entries = watcher.state.run.timeline.entries()
    command = [entry for entry in entries if entry.label == "run_command"][-1]
    return "".join(text for text, _ in outcome(command)).strip()


def test_the_page_tells_of_every_case():
    said = read(PAGE.read_text())
    assert set(said) == set(CELLS)
    assert all(said[cell].seen == cell.why_not for cell in CELLS if cell.why_not)
