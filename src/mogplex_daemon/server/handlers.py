"""What the daemon does for each command: its own by table, all others go to the run they are for.

A handler returns what to tell the person, or None when the answer comes from elsewhere; it raises Refused.
"""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import anyio.to_thread

from mogplex_contracts.commands import Command
from mogplex_contracts.commands.admin import DaemonStatus, DaemonStop, RunAnnounce, RunDelete, RunsList
from mogplex_contracts.commands.approval import ApprovalDecide, RuleRevoke
from mogplex_contracts.commands.mcp import McpReconnect
from mogplex_contracts.commands.memory import MemoryDelete
from mogplex_contracts.commands.run import (
    AgentInterrupt,
    LimitsSet,
    ModelChange,
    RunKill,
    RunMessage,
    RunPause,
    RunResume,
    RunStart,
)
from mogplex_contracts.commands.session import Attach, Detach, FindPage, HistoryPage, PastPage
from mogplex_contracts.events.link import CommandRejected, DaemonReported, RunsListed
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.runs.connection import Unreachable, tell
from mogplex_daemon.runs.lock import is_held
from mogplex_daemon.server.following import Following
from mogplex_daemon.server.session import DaemonSession
from mogplex_daemon.wire.commands import Refused, accepted

LOOK_SECONDS = 5.0
"""How long a list waits for a daemon that has just begun to know its runs."""
LIST_PAUSE_SECONDS = 0.5
"""The list of runs is sent at most this often to one client."""
STEERING = (
    RunStart,
    RunMessage,
    RunPause,
    RunResume,
    RunKill,
    ModelChange,
    LimitsSet,
    AgentInterrupt,
    ApprovalDecide,
    RuleRevoke,
    McpReconnect,
    MemoryDelete,
    RunDelete,
)
"""Commands that change a run: an observer may not give them."""


async def carry_out(session: DaemonSession, command: Command) -> str | None:
    """Do what a command says."""
    observing = session.following is not None and session.following.observe
    if observing and isinstance(command, STEERING):
        raise Refused("observing", "this client only observes; attach without --observe to steer the run")
    handler = HANDLERS.get(type(command), to_run)
    return await handler(session, command)


async def attach(session: DaemonSession, command: Attach) -> None:
    """Follow a run in place of the one followed before."""
    folder = _folder_of(session, command.run_id)
    if session.following is not None:
        session.following.scope.cancel()
    daemon = session.daemon
    session.following = Following(
        folder,
        command,
        session.operator,
        session,
        partial(daemon.gone, folder),
        partial(daemon.closed, folder),
    )
    watch = session.daemon.watch_of(command.run_id)
    if watch is None and is_held(folder.lock):
        watch = session.daemon.adopt(folder)
    session.tasks.start_soon(session.following.run, watch.socket if watch else None)


async def detach(session: DaemonSession, command: Detach) -> str:
    """Follow no run."""
    if session.following is not None:
        session.following.scope.cancel()
        session.following = None
    return ""


async def look_back(session: DaemonSession, command: HistoryPage | PastPage | FindPage) -> str:
    """Older events, an older state, or what is looked for; living or ended, a run's journal can be read."""
    run_id = command.run_id or (session.following.run_id if session.following else "")
    archive = session.archive(run_id, _folder_of(session, run_id))
    try:
        await session.send(await anyio.to_thread.run_sync(archive.answer, command))
    except OSError as error:
        raise Refused("journal_unreadable", f"{error.filename}: {error.strerror}") from error
    return ""


async def run_start(session: DaemonSession, command: RunStart) -> str:
    """Start a run; the answer's message is its id."""
    return await session.daemon.start(command, session.operator)


async def run_announce(session: DaemonSession, command: RunAnnounce) -> str:
    """A host says that it listens."""
    _folder_of(session, command.run_id)
    session.daemon.announced(command.run_id)
    return ""


async def run_delete(session: DaemonSession, command: RunDelete) -> str:
    """Delete an ended run."""
    await session.daemon.delete(command.run_id)
    return f"{command.run_id} deleted"


async def runs_list(session: DaemonSession, command: RunsList) -> str:
    """The runs, now and, if asked, whenever they have changed.

    Who asks once must not be told that nothing waits by a daemon that has only just begun to look.
    """
    if not command.follow:
        with anyio.move_on_after(LOOK_SECONDS):
            await session.daemon.knows_all.wait()
    await session.send(RunsListed(command_id=command.id, runs=session.daemon.summaries()))
    if command.follow and not session.lists_runs:
        session.lists_runs = True
        session.tasks.start_soon(_list_again, session, command.id)
    return ""


async def daemon_status(session: DaemonSession, command: DaemonStatus) -> str:
    """How the daemon is."""
    daemon = session.daemon
    await session.send(
        DaemonReported(
            command_id=command.id,
            pid=os.getpid(),
            build=VERSION,
            range=PROTOCOL,
            started_at=daemon.started_at,
            socket=str(daemon.socket),
            clients=len(daemon.clients),
            running=daemon.running,
        )
    )
    return ""


async def daemon_stop(session: DaemonSession, command: DaemonStop) -> None:
    """End the daemon; its runs go on."""
    running = session.daemon.running
    goes_on = f"; {running} {'run goes' if running == 1 else 'runs go'} on" if running else ""
    await session.send(accepted(command, f"mogplex-daemon stopped{goes_on}"))
    session.daemon.stop()


async def to_run(session: DaemonSession, command: Command) -> str | None:
    """A command for a run: over the connection that follows it, else over one of its own."""
    following = session.following
    run_id = command.run_id or (following.run_id if following else "")
    if following is not None and following.run_id == run_id and await following.forward(command):
        return None
    _folder_of(session, run_id)
    watch = session.daemon.watch_of(run_id)
    if watch is None:
        raise Refused("run_ended", f"{run_id} has ended; start a new run with /run")
    try:
        answer = await tell(watch.socket, session.operator, command)
    except Unreachable as error:
        raise Refused("host_unreachable", f"{error}; mogplex-daemon runs tells how {run_id} is") from error
    if isinstance(answer, CommandRejected):
        raise Refused(answer.code, answer.reason, answer.decided_by, answer.decided_at)
    return answer.message


async def _list_again(session: DaemonSession, command_id: str) -> None:
    change = session.daemon.next_change()
    while True:
        await change.wait()
        change = session.daemon.next_change()
        await session.send(RunsListed(command_id=command_id, runs=session.daemon.summaries()))
        # What changes meanwhile is in the next list: busy runs must not become a flood of lists.
        await anyio.sleep(LIST_PAUSE_SECONDS)


def _folder_of(session: DaemonSession, run_id: str) -> RunFolder:
    """The folder of a run; Refused, naming the runs there are, when there is no such run."""
    if session.daemon.watch_of(run_id) is not None:
        return session.daemon.home.run(run_id)
    record = session.daemon.record_of(run_id)
    if record is None:
        known = [each.run_id for each in session.daemon.summaries()][:5]
        there = f"there are: {', '.join(known)}" if known else "there are none yet"
        raise Refused("unknown_run", f"there is no run {run_id or 'of that name'}; {there}")
    return record.folder


Handler = Callable[[DaemonSession, Any], Awaitable[str | None]]

HANDLERS: dict[type, Handler] = {
    Attach: attach,
    Detach: detach,
    HistoryPage: look_back,
    PastPage: look_back,
    FindPage: look_back,
    RunStart: run_start,
    RunAnnounce: run_announce,
    RunDelete: run_delete,
    RunsList: runs_list,
    DaemonStatus: daemon_status,
    DaemonStop: daemon_stop,
}
"""Commands of the daemon itself. Every other one is passed on to the run it names."""
