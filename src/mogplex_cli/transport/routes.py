"""How each transport is made. A new one is one file and one line here; which one it is, `router.py` decides."""

import os
from collections.abc import Callable

from mogplex_cli.terminal import Streams
from mogplex_cli.transport.base import Transport
from mogplex_cli.transport.daemon import DaemonTransport
from mogplex_cli.transport.process import ProcessTransport
from mogplex_cli.transport.router import TransportName
from mogplex_cli.transport.stdio import StdioTransport
from mogplex_cli.wiring import Wiring
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.daemon_file import find_socket, named_socket


def hello(wiring: Wiring) -> Hello:
    """How this client introduces itself."""
    return Hello(
        id=new_id("cmd"),
        protocol=PROTOCOL,
        client_id=wiring.client_id,
        label=wiring.label,
        build=VERSION,
    )


def _process(wiring: Wiring, streams: Streams) -> Transport:
    return ProcessTransport(hello(wiring), wiring.home)


def _daemon(wiring: Wiring, streams: Streams) -> Transport:
    return DaemonTransport(
        hello(wiring),
        lambda: find_socket(wiring.home, os.environ),
        wiring.route.attach_run_id,
        observe=wiring.arguments.observe,
        # A socket that was named is somebody's choice: whoever chose it starts that daemon.
        start=named_socket(os.environ) is None,
    )


def _stdio(wiring: Wiring, streams: Streams) -> Transport:
    # Where stdin was no pipe, launching was refused.
    return StdioTransport(0 if streams.stdin is None else streams.stdin, streams.stdout)


ROUTES: dict[TransportName, Callable[[Wiring, Streams], Transport]] = {
    "process": _process,
    "daemon": _daemon,
    "stdio": _stdio,
}
"""From what was read at start, and what the standard streams were, to a transport."""
