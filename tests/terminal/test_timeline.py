"""The timeline in a real pseudo-terminal: what is found, copied, filtered, and printed on the normal screen."""

from pathlib import Path

from tests.support.terminal import Terminal
from tests.terminal.conftest import Desk, decide

F3 = "\x1bOR"
MOUSE_OFF, MOUSE_ON = b"\x1b[?1000l", b"\x1b[?1000h"


def reviewed(terminal: Terminal) -> None:
    """A run that is over, and the keys in its timeline."""
    terminal.wait_for("nominal")
    terminal.type("review the staged diff\r")
    for target in ("apply_patch  MOGPLEX_REPORT.md", "git diff --check", "write_memory"):
        decide(terminal, target, "r")
    terminal.wait_for("✓ completed")
    terminal.type(F3)
    terminal.wait_for("space expand")


def test_find_filter_and_copy_what_is_selected(desk: Desk):
    with desk.open("--harness", "demo", TMUX="") as terminal:
        reviewed(terminal)
        terminal.type("/")
        terminal.wait_for("enter keep")
        terminal.type("app.py")
        terminal.wait_for(lambda screen: "find “app.py”" in screen and " of " in screen)
        terminal.type("\r")
        terminal.wait_for("space expand")
        terminal.type("n")
        terminal.type("\x1b")
        terminal.wait_for(lambda screen: "find “app.py”" not in screen)
        terminal.type("f")
        terminal.wait_for("enter keep")
        terminal.type("kind:approvl")
        terminal.wait_for("did you mean kind:approval?")
        terminal.type("\x1b")
        terminal.wait_for("space expand")
        terminal.type("f")
        terminal.wait_for("enter keep")
        terminal.type("kind:approval\r")
        terminal.wait_for("only kind:approval 3")
        terminal.type("Gkvkky")
        terminal.wait_for("copied 3 entries")
    copied = terminal.clipboard
    assert (
        copied.count("MOGPLEX_REPORT.md") == 1 and "git diff --check" in copied and copied.count("\n\n[") == 2
    )


def test_what_the_clipboard_cannot_take_is_written_to_a_file_that_is_named(desk: Desk):
    with desk.open("--harness", "demo", size=(200, 40)) as terminal:
        reviewed(terminal)
        terminal.type("kY")
        terminal.wait_for("-copy.txt")
        row = next(line for line in terminal.text.splitlines() if "-copy.txt" in line)
    path = Path(row.split(" to ")[1].split()[0])
    assert path.is_relative_to(desk.home.runs) and path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip()
    assert terminal.clipboard == ""


def test_the_transcript_is_printed_on_the_normal_screen_and_enter_comes_back(desk: Desk):
    with desk.open("--harness", "demo", size=(100, 60)) as terminal:
        reviewed(terminal)
        terminal.type("i")
        terminal.wait_for("enter send")
        terminal.type("/transcript\r")
        terminal.wait_for("-- enter returns to the cockpit --")
        assert terminal.cooked
        assert "APPROVALS" not in terminal.text and "forge: " in terminal.text
        assert b"approval: medium patch MOGPLEX_REPORT.md" in terminal.written
        terminal.type("\r")
        terminal.wait_for("✓ completed")
        assert not terminal.cooked
        terminal.type("/quit\r")
        assert terminal.wait_for_end() == 0


def test_the_mouse_is_given_to_the_terminal_and_taken_back(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        reviewed(terminal)
        terminal.type("m")
        terminal.wait_for("the mouse is the terminal's")
        assert terminal.written.rindex(MOUSE_OFF) > terminal.written.rindex(MOUSE_ON)
        terminal.type("m")
        terminal.wait_for("the mouse is the cockpit's")
        assert terminal.written.rindex(MOUSE_ON) > terminal.written.rindex(MOUSE_OFF)
