"""What is seen of a server from outside while it is connected: it explains why it cannot be used."""

from dataclasses import dataclass, field

import anyio

TAIL_CHARACTERS = 4_000


@dataclass
class Trace:
    """Of one attempt to connect."""

    stderr: str = ""
    """The end of what it wrote to its stderr, fit to be shown."""
    exit_code: int | None = None
    """How its process ended by itself; None when it did not."""
    noise: str = ""
    """The last line of its stdout that was no message."""
    http_status: int | None = None
    """What a server on the web answered last, when that was an error."""
    ended: anyio.Event = field(default_factory=anyio.Event)
    """Set when its process, or the stdout of it, has ended."""
