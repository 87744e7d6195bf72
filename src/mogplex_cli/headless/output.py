"""What the program says when it has no screen.

Commands go up the transport, to stdout; everything said to people goes to stderr, a line each, made safe for
the terminal that may show it.
"""

import contextlib
import os

from mogplex_cli.exit_status import EXIT_DONE, EXIT_NOT_DONE
from mogplex_contracts.text import one_line

STDOUT = 1
STDERR = 2
LINE_CHARACTERS = 2_000


def say(line: str) -> None:
    """Write a line to stderr. Never raises: whoever closed it does not want to know."""
    with contextlib.suppress(OSError):
        os.write(STDERR, f"mogplex: {one_line(line, LINE_CHARACTERS)}\n".encode("utf-8", "replace"))


def write_out(text: str) -> int:
    """Write a text to stdout, to its end; the exit status. A reader that left early has what it wanted."""
    data = text.encode("utf-8", "replace")
    try:
        while data:
            data = data[os.write(STDOUT, data) :]
    except BrokenPipeError:
        return EXIT_DONE
    except OSError as error:
        say(f"stdout cannot be written: {error.strerror}")
        return EXIT_NOT_DONE
    return EXIT_DONE


def killed_by(signal: int) -> int:
    """The exit status of a program that ended because of a signal."""
    return 128 + signal
