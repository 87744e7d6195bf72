"""The timeline in a real pseudo-terminal: what is found, copied, filtered, and printed on the normal screen."""

from pathlib import Path

from tests.terminal.conftest import Desk, decide

MOUSE_OFF, MOUSE_ON = b"\x1b[?1000l", b"\x1b[?1000h"


def finished(terminal) -> None:
    """A run that is over, and the keys in the timeline."""
    terminal.wait_for("nominal")
    terminal.type("review the staged diff\r")
    decide(terminal, "MOGPLEX_REPORT.md", "r")
    terminal.wait_for("RUN_COMMAND" if False else "APPROVALS")
