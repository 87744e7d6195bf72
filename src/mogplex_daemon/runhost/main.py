"""The host process: takes the `run_start` from its stdin, hosts that run, and ends with it.

`python -m mogplex_daemon.runhost`. Commands come on stdin and over the control socket, events go out the same
ways. When stdin ends, or the terminal is gone, the run goes on; SIGTERM ends it.
"""

import argparse
import os
import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.codec import encode
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce.evolve import evolve
from mogplex_daemon.harness.model_access import NoModel, choose_model
from mogplex_daemon.harness.registry import UnknownHarness, find_harness
from mogplex_daemon.home.event_loop import LOOP_OPTIONS
from mogplex_daemon.home.paths import Home, RunFolder, find_home
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.runhost.announce import announce
from mogplex_daemon.runhost.continuing import agent_to_continue
from mogplex_daemon.runhost.control import serve_control_socket
from mogplex_daemon.runhost.folder import FolderTaken, claim
from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.runhost.process_tree import become_subreaper
from mogplex_daemon.runhost.session import ClientSession
from mogplex_daemon.runhost.setup import HostSetup, moved_setup, read_setup
from mogplex_daemon.runhost.stdio import DescriptorStream
from mogplex_daemon.runs.lock import HostLock
from mogplex_daemon.runs.worktree import WorktreeFailed, make_worktree
from mogplex_daemon.wire.commands import CommandReader, Refused, accepted, rejected

EXIT_USAGE = 64
EXIT_CANNOT_CREATE = 73
FIXED_MODEL = "a run of {harness} keeps its model to the end; /model before the next run chooses for that one"
RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""It names a folder: nothing that could lead out of the folder of all runs."""


def main() -> None:
    """Run the host and leave with its exit status."""
    parser = argparse.ArgumentParser(prog="mogplex_daemon.runhost", description=__doc__)
    parser.add_argument("--daemon-socket", type=Path, help="where the daemon listens that started this host")
    become_subreaper()
    sys.exit(anyio.run(_main, parser.parse_args().daemon_socket, backend_options=LOOP_OPTIONS))


async def _main(daemon_socket: Path | None) -> int:
    stream = DescriptorStream(0, 1)
    reader = CommandReader(stream)
    while (item := await reader.next()) is not None:
        if isinstance(item, EventBase):
            await _send(stream, item)
        elif not isinstance(item, RunStart):
            await _send(
                stream, rejected(item, Refused("no_run", "there is no run yet; send run_start first"))
            )
        else:
            return await _host(item, stream, reader, daemon_socket)
    sys.stderr.write("mogplex run host: stdin ended before a run_start came\n")
    return EXIT_USAGE


async def _host(
    start: RunStart, stream: DescriptorStream, reader: CommandReader, daemon_socket: Path | None
) -> int:
    start = evolve(start, run_id=start.run_id or new_id("run"))
    home = find_home(os.environ)
    try:
        host, lock, socket = _prepare(start, home, home.run(start.run_id))
    except Refused as refusal:
        await _send(stream, rejected(start, refusal))
        return EXIT_CANNOT_CREATE
    await _send(stream, accepted(start, start.run_id))
    session = ClientSession(host, stream, reader)
    listening = anyio.Event()

    def serve(tasks: TaskGroup) -> None:
        tasks.start_soon(_watch_signals, host)
        tasks.start_soon(session.run)
        tasks.start_soon(serve_control_socket, socket, host, tasks, listening)
        tasks.start_soon(announce_when_there)

    async def announce_when_there() -> None:
        """Say that this host listens, when there is something to be told."""
        await listening.wait()
        await host.begun.wait()
        await announce(home, start.run_id, daemon_socket)

    await host.run(serve)
    lock.release()
    return 0 if host.recorder.state.status == "completed" else 1


def _prepare(start: RunStart, home: Home, folder: RunFolder) -> tuple[RunHost, HostLock, Path]:
    """Everything that can refuse a run, before the run is; raises Refused."""
    if not RUN_ID.fullmatch(start.run_id):
        raise Refused(
            "bad_run_id", f"{start.run_id!r} cannot be the id of a run; leave it out to be given one"
        )
    cwd = Path(start.cwd)
    if not cwd.is_absolute() or not cwd.is_dir():
        raise Refused("no_workspace", f"{start.cwd} is no folder; start mogplex in the folder to work in")
    if not start.task.strip():
        raise Refused("no_task", "there is no task; say what to do: /run <task>")
    try:
        harness = find_harness(start.harness)
    except UnknownHarness as unknown:
        raise Refused("unknown_harness", str(unknown)) from unknown
    continues = None
    if start.continues is not None:
        if not RUN_ID.fullmatch(start.continues):
            raise Refused("unknown_run", f"{start.continues!r} cannot be the id of a run; /runs lists them")
        continues = agent_to_continue(start, home.run(start.continues), harness)
    try:
        lock = claim(folder)
        socket = socket_path(folder.socket)
        setup = read_setup(home, cwd, start.permission_mode, socket, folder.root)
        setup = replace(setup, runs_our_tools=harness.runs_our_tools)
        if setup.settings.runs.worktree:
            cwd = make_worktree(home.worktree(start.run_id), cwd, start.run_id)
            start = evolve(start, cwd=str(cwd))
            setup = moved_setup(setup, cwd)
        # A harness that calls a model of its own, or none, must not be shown with another one's name.
        asked = start.model if harness.takes_model else None
        start = evolve(start, model=_named(setup, asked) if harness.calls_models else asked or harness.model)
        fixed = "" if "model" in harness.capabilities else FIXED_MODEL.format(harness=harness.label)
        host = RunHost(start, folder, setup, harness.make(), harness.capabilities, fixed, continues)
        return host, lock, socket
    except WorktreeFailed as failed:
        raise Refused("no_worktree", str(failed)) from failed
    except FolderTaken as taken:
        raise Refused("run_exists", str(taken)) from taken
    except OSError as error:
        raise Refused(
            "home_unwritable",
            f"cannot create {error.filename or folder.root}: {error.strerror or error}; "
            "free some space, mend its permissions, or set MOGPLEX_HOME to another folder",
        ) from error


def _named(setup: HostSetup, asked: str | None) -> str | None:
    """The model a run begins with, as people read it; what was asked for where nobody has it."""
    try:
        return choose_model(setup.models, asked).slug
    except NoModel:
        return asked


async def _watch_signals(host: RunHost) -> None:
    """SIGTERM and SIGINT end the run; SIGHUP, a terminal that went away, does not."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
        async for number in signals:
            if number != signal.SIGHUP:
                host.end("killed", signal.Signals(number).name.lower())


async def _send(stream: DescriptorStream, event: EventBase) -> None:
    try:
        await stream.send(encode(event) + b"\n")
    except OSError:
        return
