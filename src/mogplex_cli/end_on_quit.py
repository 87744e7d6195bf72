"""`[runs] on_quit = "kill"`: a run this cockpit started ends with it."""

import anyio

from mogplex_cli.headless.daemon_client import NoDaemon, connect_daemon
from mogplex_cli.transport.routes import hello
from mogplex_cli.wiring import Wiring
from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.ids import new_id
from mogplex_daemon.home.sockets import socket_path


def ends_on_quit(wiring: Wiring) -> bool:
    """Whether a run ends when it is left. One of a daemon is everybody's and never does."""
    return wiring.route.transport == "process" and wiring.settings.runs.on_quit == "kill"


def end_run(wiring: Wiring, run_id: str) -> str:
    """End the run and everything it started, and wait for it; what was in the way, or nothing."""
    try:
        return anyio.run(_end, wiring, run_id)
    except NoDaemon as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)


async def _end(wiring: Wiring, run_id: str) -> str:
    async with connect_daemon(socket_path(wiring.home.run(run_id).socket), hello(wiring)) as host:
        answer = await host.ask(RunKill(id=new_id("cmd"), run_id=run_id))
        if isinstance(answer, CommandRejected):
            return answer.reason
        await host.gone()
    return ""
