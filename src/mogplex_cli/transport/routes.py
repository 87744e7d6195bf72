"""How each transport is made. A new one is one file and one line here; which one it is, `router.py` decides."""

from collections.abc import Callable

from mogplex_cli.terminal import Streams
from mogplex_cli.transport.base import Transport, TransportName
from mogplex_cli.transport.process import ProcessTransport
from mogplex_cli.wiring import Wiring
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.version import VERSION


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


ROUTES: dict[TransportName, Callable[[Wiring, Streams], Transport]] = {
    "process": _process,
}
"""From what was read at start, and what the standard streams were, to a transport."""
