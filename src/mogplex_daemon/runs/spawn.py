"""Starts a host process for a run and hears whether it took it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import anyio.to_thread

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.atomic import ensure_private_dir
from mogplex_daemon.home.paths import Home

HOST = (sys.executable, "-P", "-m", "mogplex_daemon.runhost")
"""`-P`: never import from the workspace, where a file may be called as a module of ours is."""


@dataclass(frozen=True, slots=True)
class Spawned:
    """What became of a start."""

    process: subprocess.Popen[bytes]
    answer: CommandAccepted | CommandRejected | None
    """The host's answer; None when it ended without one."""


async def spawn_host(home: Home, start: RunStart, operator: Operator, daemon_socket: Path) -> Spawned:
    """Start a host in a session of its own and give it `start`, whose run_id is set; raises OSError.

    It announces itself on `daemon_socket` when it listens. Its environment is that of whoever asked for the
    run, not that of whoever started the daemon.
    """
    return await anyio.to_thread.run_sync(_spawn, home, start, operator, daemon_socket)


def _spawn(home: Home, start: RunStart, operator: Operator, daemon_socket: Path) -> Spawned:
    folder = home.run(start.run_id)
    ensure_private_dir(folder.root)
    log = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    environment = {**(os.environ if start.env is None else start.env), "MOGPLEX_HOME": str(home.root)}
    try:
        process = subprocess.Popen(
            (*HOST, "--daemon-socket", daemon_socket),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=start.cwd if Path(start.cwd).is_dir() else "/",
            env=environment,
            start_new_session=True,
        )
    finally:
        os.close(log)
    assert process.stdin is not None
    assert process.stdout is not None
    hello = Hello(
        id=new_id("cmd"),
        protocol=PROTOCOL,
        client_id=operator.client_id,
        label=operator.label,
        build=VERSION,
    )
    try:
        process.stdin.write(encode(hello) + b"\n" + encode(evolve(start, env=None)) + b"\n")
        process.stdin.flush()
        answers = (decode_event(line) for line in process.stdout)
        answer = next((each for each in answers if _answers(each, start)), None)
    except OSError:
        answer = None
    finally:
        process.stdout.close()
        process.stdin.close()
    return Spawned(process, answer)


def _answers(event: Event, start: RunStart) -> TypeGuard[CommandAccepted | CommandRejected]:
    return isinstance(event, CommandAccepted | CommandRejected) and event.command_id == start.id
