"""A program in a pseudo-terminal of its own, and the screen it draws."""

import base64
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
)
"""What a program may ask its terminal, and what this one answers."""
UNDRAWN = re.compile(
    rb"\x1b\[[<>=?][0-9;:$]*[a-zA-Z]|\x1bP.*?\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b_.*?\x1b\\",
    re.DOTALL,
)
"""Sequences the screen does not know and would print."""
OTHER_SCREEN = re.compile(rb"\x1b\[\?1049[hl]")
"""Goes to the program's own screen, or back to the normal one: each is empty here."""
FRAME, FRAME_END = b"\x1b[?2026h", b"\x1b[?2026l"
"""Around what is to be shown at once: a screen of which only a part has come is none."""
BEGUN = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;:$]*|[P\]_](?:(?!\x07|\x1b\\).)*)?\Z", re.DOTALL)
"""A sequence of which the end has not come yet."""
COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
"""Sets the clipboard."""
PATIENCE_SECONDS = 180.0
"""How long anything may take before a test fails: far longer than it does, also where three agents start at once."""

BECOME_CONTROLLED = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0)\n"
    "os.set_inheritable(int(sys.argv[1]), False)\n"
    "os.execvp(sys.argv[2], sys.argv[2:])\n"
)
"""Makes the terminal at the descriptor given the controlling one of a new session, then runs the command.

That descriptor is not passed on: with it, what the command leaves behind would hold the terminal open after its end.
"""


class NotShown(AssertionError):
    """The screen did not come to show what was waited for; the message is the screen."""


class Terminal:
    """Runs `command`; streams that are not given are the terminal. Use it in a `with` statement."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        python: str,
        env: Mapping[str, str],
        cwd: Path,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        size: tuple[int, int] = (140, 40),
    ) -> None:
        columns, rows = size
        self.written = b""
        """All that the program wrote so far."""
        self._coming = b""
        """The begun frame or sequence at the end of that."""
        self._unsent = b""
        """What was typed or answered and has no room yet."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [python, "-c", BECOME_CONTROLLED, str(slave), *command],
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            pass_fds=(slave,),
            start_new_session=True,
            env={**_without_size(env), "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=cwd,
        )
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        return "\n".join(self._screen.display)

    @property
    def screen(self) -> pyte.Screen:
        """The screen itself, cell by cell."""
        return self._screen

    def find(self, text: str) -> tuple[int, int] | None:
        """Row and column where the screen shows `text`, from 0; None when it does not."""
        places = ((row, line.find(text)) for row, line in enumerate(self._screen.display))
        return next(((row, column) for row, column in places if column >= 0), None)

    @property
    def clipboard(self) -> str:
        """What was copied last; empty when nothing was."""
        copied = COPIED.findall(self.written)
        return base64.b64decode(copied[-1]).decode() if copied else ""

    def colour(self, row: int, column: int) -> str:
        """The colour of the character there, as six hex digits or a name."""
        return self._screen.buffer[row][column].fg

    @property
    def cooked(self) -> bool:
        """Whether it is in the mode that a shell expects: lines, and an echo."""
        flags = termios.tcgetattr(self._master)[3]
        return bool(flags & termios.ICANON and flags & termios.ECHO)

    def type(self, keys: str | bytes) -> None:
        """Press keys; `\\r` is Enter. The screen goes on while the program takes them."""
        self._send(keys if isinstance(keys, bytes) else keys.encode())

    def paste(self, text: str) -> None:
        """Paste as a terminal does that was told to mark pastes."""
        self._send(f"\x1b[200~{text}\x1b[201~".encode())

    def wait_for(self, shown: str | Callable[[str], bool], seconds: float = PATIENCE_SECONDS) -> float:
        """Draw until the screen shows a text, or satisfies a test; how many seconds that took."""
        begun = time.monotonic()
        satisfied = shown if callable(shown) else lambda screen: shown in screen
        while not satisfied(self.text):
            left = begun + seconds - time.monotonic()
            if left <= 0 or not self._draw(left):
                raise NotShown(f"not shown: {shown}\n{self.text}")
        return time.monotonic() - begun

    def settle(self, seconds: float = 1.0) -> None:
        """Draw what the program writes in this time: for pictures, which nothing waits for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._draw(deadline - time.monotonic())

    def click(self, row: int, column: int) -> None:
        """Press and release the left button there; row and column count from 0."""
        place = f"{column + 1};{row + 1}"
        self.type(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def wait_for_end(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Draw until the program has left; its exit status."""
        deadline = time.monotonic() + seconds
        while self._draw(deadline - time.monotonic()):
            pass
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise NotShown(f"it did not leave\n{self.text}") from None

    def stop(self, number: signal.Signals) -> None:
        """Send a signal that stops the program, and draw until it has stopped: it may have to write before."""
        stopped, told = os.pipe()

        def wait() -> None:
            with os.fdopen(told, "wb"):
                os.waitpid(self.process.pid, os.WUNTRACED)

        threading.Thread(target=wait, daemon=True).start()
        self.process.send_signal(number)
        with os.fdopen(stopped, "rb", buffering=0):
            self.draw_until_readable(stopped)

    def read_pipe(self, path: Path) -> str:
        """What is written into a named pipe until it is closed. A program whose terminal nobody reads stands still."""
        said = b""
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as pipe:
            while True:
                self.draw_until_readable(pipe.fileno())
                piece = pipe.read(4096)
                if not piece:
                    return said.decode()
                said += piece

    def draw_until_readable(self, descriptor: int) -> None:
        """Draw until something can be read there, or its writer has left."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while descriptor not in select.select([self._master, descriptor], [], [], PATIENCE_SECONDS)[0]:
            if time.monotonic() > deadline:
                raise NotShown(f"nothing came\n{self.text}")
            self._draw(0)

    def _send(self, data: bytes) -> None:
        """Have the program read this behind what was sent before; a program whose screen nobody reads would not."""
        sends_already = bool(self._unsent)
        self._unsent += data
        while self._unsent and not sends_already:
            try:
                self._unsent = self._unsent[os.write(self._master, self._unsent) :]
            except BlockingIOError:
                select.select([self._master], [self._master], [], PATIENCE_SECONDS)
                self._draw(0)

    def _draw(self, seconds: float) -> bool:
        """Take in what the program writes next; False when it wrote nothing in time, or has left."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = os.read(self._master, 65_536)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        self.written += data
        self._coming += data
        self._show(whole_part(self._coming) if data else len(self._coming))
        return bool(data)

    def _show(self, size: int) -> None:
        """Answer and draw as much of what has come."""
        data, self._coming = self._coming[:size], self._coming[size:]
        for place, part in enumerate(OTHER_SCREEN.split(data)):
            if place:
                self._screen.reset()
            self._stream.feed(UNDRAWN.sub(b"", part))
        for question, answer in ANSWERS:
            for _ in question.findall(data):
                self._send(answer)


def whole_part(data: bytes) -> int:
    """How many of these bytes a terminal shows: a frame or a sequence waits for its end."""
    frame = data.rfind(FRAME)
    if frame > data.rfind(FRAME_END):
        return frame
    begun = BEGUN.search(data)
    return begun.start() if begun else len(data)


def _without_size(env: Mapping[str, str]) -> dict[str, str]:
    """Without what the test runner says of its own terminal, which would go before the real size."""
    return {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
