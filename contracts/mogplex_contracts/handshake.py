"""How two sides begin to talk: hello, ready, attached. A table, without I/O.

The client says `hello`, the host answers `ready`, the client may then `attach`. Everything else waits for
`ready`. Which side we are does not matter here: both feed every line type, sent or received, to `Handshake`.
"""

from typing import Literal

from mogplex_contracts.errors import RemoteProtocolError

Phase = Literal["new", "greeted", "ready", "attached", "closed"]

TRANSITIONS: dict[tuple[Phase, str], Phase] = {
    ("new", "hello"): "greeted",
    ("greeted", "ready"): "ready",
    ("greeted", "command_rejected"): "closed",
    ("ready", "attach"): "attached",
    ("attached", "attach"): "attached",
    ("attached", "detach"): "ready",
}
"""What each line does to the phase. A line that is not named leaves it as it is, once ready."""

TALKING: frozenset[Phase] = frozenset(("ready", "attached"))
"""Phases in which every other line may travel."""


class Handshake:
    """One connection's phase."""

    def __init__(self) -> None:
        self.phase: Phase = "new"

    def observe(self, line_type: str) -> Phase:
        """The phase after a line of this type went either way; raises RemoteProtocolError when it may not."""
        following = TRANSITIONS.get((self.phase, line_type))
        if following is not None:
            self.phase = following
        elif self.phase not in TALKING:
            raise RemoteProtocolError(f"{line_type} came before the handshake was done ({self.phase})")
        return self.phase
