"""Gives the screen to the cockpit and keeps whatever else the standard streams were connected to.

Textual draws on stderr and reads keys from stdin. When one of them is a pipe or a file, it is kept under a new
descriptor, and the controlling terminal is put in its place.
"""

import os
from typing import NamedTuple


class NoTerminal(Exception):
    """There is no terminal to draw on."""


class Streams(NamedTuple):
    """What the standard streams were, where they were no terminal; None where they were."""

    stdin: int | None
    stdout: int | None
    stderr: int | None


def take_terminal() -> Streams:
    """Put the controlling terminal on descriptors 0, 1 and 2; raises NoTerminal.

    Call before Textual is imported.
    """
    elsewhere = [descriptor for descriptor in (0, 1, 2) if not os.isatty(descriptor)]
    if not elsewhere:
        return Streams(None, None, None)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise NoTerminal("there is no terminal to draw on") from error
    kept: dict[int, int] = {}
    for descriptor in elsewhere:
        kept[descriptor] = os.dup(descriptor)
        os.dup2(terminal, descriptor)
    os.close(terminal)
    return Streams(kept.get(0), kept.get(1), kept.get(2))
