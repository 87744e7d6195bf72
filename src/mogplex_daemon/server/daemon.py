"""The daemon itself: which runs live, what is known of them, and what is done when a host is gone."""

import subprocess
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup, TaskStatus

from mogplex_contracts.clock import format_ts
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_contracts.events.link import CommandRejected, RunSummary
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.summary import run_summary
from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home, RunFolder
from mogplex_daemon.home.settings import Settings
from mogplex_daemon.journal.retention import delete_run, outdated
from mogplex_daemon.runs.catalog import RunRecord, find_run, list_runs
from mogplex_daemon.runs.lock import is_held, until_free
from mogplex_daemon.runs.notify import notify
from mogplex_daemon.runs.reap import reap_when_gone
from mogplex_daemon.runs.spawn import spawn_host
from mogplex_daemon.runs.watch import RunWatch
from mogplex_daemon.wire.commands import Refused

FAREWELL_SECONDS = 5.0
"""How long clients may keep a daemon from its end: who does not hear of it looks for another one."""
ANNOUNCE_SECONDS = 30.0
"""How long a new host may take until it says that it listens."""
Tell = Callable[[EventBase], Coroutine[Any, Any, None]]
"""Sends a client an event."""


class Daemon:
    """All runs of one home folder. `run` must be running for anything to be noticed."""

    def __init__(self, home: Home, socket: Path, settings: Settings, log: Callable[..., None]) -> None:
        """`socket`: where it listens."""
        self.home = home
        self.socket = socket
        self.started_at = format_ts(time.time())
        self._keep = settings.runs.keep
        self._notify_command = settings.notify.command
        self._log = log
        self._watches: dict[str, RunWatch] = {}
        self._ended: dict[str, RunSummary] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._expected: dict[str, anyio.Event] = {}
        self._changed = anyio.Event()
        self.stopping = anyio.Event()
        """Set when the daemon should end; its runs go on."""
        self.knows_all = anyio.Event()
        """Set when the runs that were there at its start have been looked at, and those beyond `keep` deleted."""
        self.clients: set[Tell] = set()
        """How to tell each connected client something."""
        self._tasks: TaskGroup | None = None

    @property
    def running(self) -> int:
        """Runs that have a living host."""
        return len(self._watches)

    async def run(self, *, task_status: TaskStatus[None]) -> None:
        """Adopt the living, close the dead, and follow whatever is announced, until cancelled.

        To be started after the socket listens: a host that comes to be meanwhile is either found on disk
        here, or announces itself there.
        """
        ensure_private_dir(self.home.runs)
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            task_status.started()
            # In a thread: of a run without its run.json the whole journal is read, and clients wait meanwhile.
            found = [record.folder for record in await anyio.to_thread.run_sync(list_runs, self.home)]
            living = [folder for folder in found if is_held(folder.lock)]
            watches = [self.adopt(folder) for folder in living]
            for folder in found:
                if folder not in living:
                    await self._close(folder)
            for watch in watches:
                await watch.ready.wait()
            # Before it is set, so that no list names what is gone in the next moment.
            await self._forget_old()
            self.knows_all.set()
            await anyio.sleep_forever()

    def stop(self) -> None:
        """End the daemon; its runs go on."""
        self.stopping.set()

    async def farewell(self) -> None:
        """Tell every client that the daemon ends on purpose; one that does not listen is not waited for long."""
        event = Diagnostic(code="daemon_stopping", message="the daemon was stopped; its runs go on")
        with anyio.move_on_after(FAREWELL_SECONDS):
            async with anyio.create_task_group() as tasks:
                for tell in self.clients:
                    tasks.start_soon(tell, event)

    def watch_of(self, run_id: str) -> RunWatch | None:
        """The living run `run_id`; None when it has no host, or there is no such run."""
        return self._watches.get(run_id)

    def record_of(self, run_id: str) -> RunRecord | None:
        """The run on disk; None when there is no such run."""
        return find_run(self.home, run_id)

    def summaries(self) -> tuple[RunSummary, ...]:
        """Every run, newest first."""
        living = {key: run_summary(watch.state) for key, watch in self._watches.items() if watch.state.run_id}
        return tuple(each for _, each in sorted({**self._ended, **living}.items(), reverse=True))

    def next_change(self) -> anyio.Event:
        """Set as soon as the summaries may be different from now."""
        return self._changed

    async def start(self, command: RunStart, operator: Operator) -> str:
        """Start a run and follow it; its id. Raises Refused with the reason the host gave."""
        start = evolve(command, run_id=command.run_id or new_id("run"))
        settled = self._expected[start.run_id] = anyio.Event()
        try:
            spawned = await spawn_host(self.home, start, operator, self.socket)
            self._children[start.run_id] = spawned.process
            if isinstance(spawned.answer, CommandRejected):
                raise Refused(spawned.answer.code, spawned.answer.reason)
            self.reap_children()
            with anyio.move_on_after(ANNOUNCE_SECONDS):
                await settled.wait()
        except OSError as error:
            place = error.filename or self.home.runs
            raise Refused(
                "home_unwritable", f"the run host could not be started: {place}: {error.strerror}"
            ) from error
        finally:
            del self._expected[start.run_id]
        watch = self._watches.get(start.run_id)
        if watch is None and start.run_id not in self._ended:
            folder = self.home.run(start.run_id)
            if is_held(folder.lock):
                raise Refused(
                    "host_silent",
                    f"{start.run_id} has begun and cannot be attached to; its last words are in {folder.log}",
                )
            raise Refused("host_ended", f"the run host ended at once; its last words are in {folder.log}")
        if watch is not None:
            await watch.ready.wait()
        return start.run_id

    def announced(self, run_id: str) -> None:
        """A host says that it listens."""
        self.adopt(self.home.run(run_id))
        if run_id in self._expected:
            self._expected[run_id].set()

    def adopt(self, folder: RunFolder) -> RunWatch:
        """Follow a run that has, or is about to have, a living host."""
        run_id = folder.root.name
        watch = self._watches.get(run_id)
        if watch is None:
            assert self._tasks is not None, "the daemon runs"
            watch = self._watches[run_id] = RunWatch(folder, self._tell)
            self._tasks.start_soon(self._follow, run_id, watch)
        return watch

    async def gone(self, folder: RunFolder) -> None:
        """Return when the run has no host any more."""
        watch = self._watches.get(folder.root.name)
        await (until_free(folder.lock) if watch is None else watch.gone.wait())

    async def closed(self, folder: RunFolder) -> None:
        """Return when the run has no host any more, and its journal an end."""
        watch = self._watches.get(folder.root.name)
        if watch is not None:
            await watch.closed.wait()
        else:
            await self._close(folder)

    async def delete(self, run_id: str) -> None:
        """Delete an ended run. Raises Refused."""
        record = self.record_of(run_id)
        if record is None:
            raise Refused("unknown_run", f"there is no run {run_id}")
        if record.alive:
            raise Refused(
                "run_alive", f"{run_id} is still running; end it first: mogplex-daemon kill {run_id}"
            )
        try:
            deleted = await anyio.to_thread.run_sync(delete_run, record.folder)
        except OSError as error:
            place = error.filename or record.folder.root
            raise Refused(
                "cannot_delete",
                f"{run_id} cannot be deleted: {place}: {error.strerror}; remove {record.folder.root} yourself",
            ) from error
        if not deleted:
            raise Refused(
                "worktree_kept",
                f"{run_id} stays: its worktree {self.home.worktree(run_id)} holds changes or commits that are "
                "nowhere else; push or merge them, or remove it yourself with git worktree remove --force",
            )
        self._ended.pop(run_id, None)
        self._tell()

    def reap_children(self) -> None:
        """Take note of hosts this daemon started that have ended, so that they do not stay as zombies."""
        for run_id, process in tuple(self._children.items()):
            if process.poll() is not None:
                del self._children[run_id]
                if run_id in self._expected:
                    self._expected[run_id].set()

    async def _follow(self, run_id: str, watch: RunWatch) -> None:
        """Until the host is gone; then make sure that the run has an end."""
        self._log("adopted", run_id=run_id)
        await watch.follow()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch.follow_again)
            await self._close(watch.folder)
            tasks.cancel_scope.cancel()
        await self._forget_old()

    async def _close(self, folder: RunFolder) -> None:
        """When a run has no host: its journal gets an end if it has none."""
        run_id = folder.root.name
        await until_free(folder.lock)
        if (watch := self._watches.get(run_id)) is not None:
            watch.gone.set()
        try:
            state, closed = await reap_when_gone(folder) or (None, False)
        except Exception as error:
            # Whatever is wrong with a run's folder costs that run its place in the lists, and no other anything.
            self._log("reap_failed", run_id=run_id, reason=f"{type(error).__name__}: {error}")
            state, closed = None, False
        # In one step, so that no list is without the run.
        watch = self._watches.pop(run_id, None)
        if watch is not None:
            watch.closed.set()
        if state is None and watch is not None and watch.state.run_id:
            state = watch.state
        if state is not None:
            self._ended[run_id] = run_summary(state)
            self._log("ended", run_id=run_id, status=state.status, reason=state.status_reason)
            if closed and self._notify_command and self._tasks is not None:
                self._tasks.start_soon(self._notify_of, state)
        self._tell()

    async def _notify_of(self, state: RunState) -> None:
        """Tell a person of a run that was closed here: its host cannot any more."""
        trouble = await notify(self._notify_command, "failed", state)
        if trouble:
            self._log("notify_failed", reason=trouble)

    async def _forget_old(self) -> None:
        """Delete ended runs beyond how many are kept."""
        for run_id in outdated(self._ended, self._keep):
            try:
                await self.delete(run_id)
                self._log("deleted", run_id=run_id)
            except Refused as refusal:
                self._log("kept", run_id=run_id, reason=str(refusal))

    def _tell(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()
