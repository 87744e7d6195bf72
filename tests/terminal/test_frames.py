"""What the tests' terminal shows of a program whose output comes in pieces."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.terminal import FRAME, FRAME_END, Terminal, whole_part

PIECES = (
    (b"before " + FRAME + b"half of a ", "before", "half"),
    (b"frame" + FRAME_END, "half of a frame", "\x00"),
    (b"\x1b[?2004", "half of a frame", "2004"),
    (b"h after", "after", "h after"),
    (b"\x1b]52;c;Zm", "after", "Zm"),
    (b"9v\x07 end", "end", "9v"),
)
"""What is written next, what is shown then, and what is not."""
ECHO = "import os\nwhile piece := os.read(0, 1000): os.write(1, piece)"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"plain", b"plain"),
        (b"a\x1b", b"a"),
        (b"a\x1b[?2026$", b"a"),
        (b"a\x1b[1;3", b"a"),
        (b"a\x1b[1;31mred", b"a\x1b[1;31mred"),
        (b"a\x1b]0;title", b"a"),
        (b"a\x1b]0;title\x1b", b"a"),
        (b"a\x1b]0;title\x1b\\b", b"a\x1b]0;title\x1b\\b"),
        (FRAME + b"a" + FRAME_END + b"b" + FRAME + b"c", FRAME + b"a" + FRAME_END + b"b"),
    ],
)
def test_a_begun_frame_or_sequence_waits_for_its_end(data: bytes, shown: bytes) -> None:
    assert data[: whole_part(data)] == shown


def test_no_part_of_a_frame_is_ever_shown(tmp_path: Path) -> None:
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as stdin, os.fdopen(sink, "wb", buffering=0) as pipe:
        command = [sys.executable, "-c", ECHO]
        env = dict(os.environ)
        with Terminal(
            command, python=sys.executable, env=env, cwd=tmp_path, stdin=stdin.fileno()
        ) as terminal:
            written = b""
            for piece, shown, hidden in PIECES:
                pipe.write(piece)
                written += piece
                terminal.wait_for(
                    lambda screen, all=written, shown=shown: terminal.written == all and shown in screen
                )
                assert hidden not in terminal.text
            pipe.close()
            assert terminal.wait_for_end() == 0
            assert terminal.clipboard == "foo"
