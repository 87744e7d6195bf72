"""Starts a program in a pseudo-terminal and says when a text is on its screen."""

import os
import pty
import select
import subprocess
import termios
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import psutil
import pyte

COLUMNS, ROWS = 120, 40
PATIENCE_SECONDS = 240.0


class NeverShown(Exception):
    """The program ended, or time was up, and the text was not on the screen."""


def seconds_until(
    text: str,
    command: Sequence[str],
    cwd: Path,
    environ: Mapping[str, str],
    look: Callable[[psutil.Process], None] = lambda _: None,
) -> float:
    """Seconds from starting `command` to the bytes that put `text` on its screen; then `look`, and it is killed.

    The clock stops on the raw bytes, because a terminal emulator in Python would be slower than the program.
    Raises NeverShown, with the screen, when the text is not in one piece there after all.
    """
    needle, shown = text.encode(), b""
    with _terminal() as (master, slave):
        start = perf_counter()
        process = subprocess.Popen(command, preexec_fn=lambda: os.login_tty(slave), cwd=cwd, env=environ)
        os.close(slave)
        try:
            while needle not in shown:
                shown += _read(master, until=start + PATIENCE_SECONDS) or _give_up(text, command, shown)
            seconds = perf_counter() - start
            look(psutil.Process(process.pid))
        finally:
            kill(process)
    if not any(text in row for row in _screen(shown)):
        _give_up(text, command, shown)
    return seconds


@contextmanager
def _terminal() -> Generator[tuple[int, int], None, None]:
    """Both ends; the program's end is for the caller to close, so that the program's own end is noticed."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (ROWS, COLUMNS))
    try:
        yield master, slave
    finally:
        os.close(master)


def _read(master: int, until: float) -> bytes:
    """What came next; nothing when the program is gone or the time is up."""
    readable, _, _ = select.select([master], [], [], max(0.0, until - perf_counter()))
    try:
        return os.read(master, 65_536) if readable else b""
    except OSError:  # Linux reports the end of a terminal as an error
        return b""


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End the program with everything it has started."""
    tree = psutil.Process(process.pid)
    for each in (*tree.children(recursive=True), tree):
        each.kill()
    process.wait()


def _screen(data: bytes) -> list[str]:
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(data)
    return [row.rstrip() for row in screen.display]


def _give_up(text: str, command: Sequence[str], shown: bytes) -> bytes:
    screen = "\n".join(row for row in _screen(shown) if row)
    raise NeverShown(f"{' '.join(command)} never showed {text!r}; its screen was:\n{screen}")


def environment(home: Path) -> dict[str, str]:
    """A terminal everybody has, and nothing of the person who measures."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "MOGPLEX_HOME": str(home / ".mogplex"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
    }
