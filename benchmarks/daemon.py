"""A daemon of its own for one benchmark, and the clients that ask it something."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TypeGuard

from mogplex_cli.store.store import Store
from mogplex_contracts.codec import decode_event
from mogplex_contracts.commands.admin import RunsList
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import CommandAccepted, CommandRejected, RunsListed
from mogplex_contracts.ids import new_id
from mogplex_contracts.state import RunState
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.runs.connection import connect_host

SERVE = (sys.executable, "-m", "mogplex_daemon", "serve", "--ready")
WHO = Operator(client_id=new_id("cli"), label="benchmark")


class Refused(Exception):
    """The daemon did not do what a benchmark needs; the message is its reason."""


@contextmanager
def daemon(home: Home) -> Generator[tuple["subprocess.Popen[bytes]", Path], None, None]:
    """A daemon in the foreground that answers already, and its socket; ended at the end."""
    environ = {**os.environ, "MOGPLEX_HOME": str(home.root)}
    socket = socket_path(home.daemon_socket)
    environ.pop("MOGPLEX_DAEMON_SOCKET", None)
    process = subprocess.Popen(SERVE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ)
    assert process.stdout is not None
    with process, process.stdout as stdout:
        if stdout.readline() != b"ready\n":
            raise Refused("the daemon ended at once")
        try:
            yield process, socket
        finally:
            process.terminate()


async def attach(socket: Path, run_id: str) -> tuple[float, RunState]:
    """Seconds from connecting until the run stands in a cockpit's store, and the run."""
    store = Store()
    start = perf_counter()
    async with connect_host(socket, WHO) as link:
        command = Attach(id=new_id("cmd"), run_id=run_id)
        await link.send(command)
        while lines := await link.lines():
            events = [decode_event(line) for line in lines]
            store.apply(events)
            if any(_answers(event, command.id) for event in events):
                return perf_counter() - start, store.state.run
    raise Refused(f"the daemon left before it told {run_id}")


async def start_run(socket: Path, start: RunStart) -> str:
    """Let the daemon start a run; its id."""
    async with connect_host(socket, WHO) as link:
        await link.send(start)
        while lines := await link.lines():
            for line in lines:
                event = decode_event(line)
                if _answers(event, start.id):
                    return event.message
    raise Refused("the daemon left before it started the run")


async def until_listed(socket: Path, runs: int) -> None:
    """Wait until the daemon lists so many runs."""
    async with connect_host(socket, WHO) as link:
        await link.send(RunsList(id=new_id("cmd"), follow=True))
        while lines := await link.lines():
            for line in lines:
                event = decode_event(line)
                if isinstance(event, RunsListed) and len(event.runs) >= runs:
                    return
    raise Refused(f"the daemon left before it listed {runs} runs")


def _answers(event: Event, command_id: str) -> TypeGuard[CommandAccepted]:
    """Whether this is the answer that was waited for; raises Refused when it is a refusal."""
    if isinstance(event, CommandRejected) and event.command_id == command_id:
        raise Refused(event.reason)
    return isinstance(event, CommandAccepted) and event.command_id == command_id
