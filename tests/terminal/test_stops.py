import os
import signal

import pytest

from tests.terminal.conftest import Desk

TAKES_THE_SCREEN = b"\x1b[?1049h"


@pytest.mark.parametrize("stop", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_cockpit_that_was_stopped_comes_back_whole_and_gives_its_terminal_back(desk: Desk, stop):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        for said, typed in (("once ", "once"), ("twice", "once twice")):
            terminal.stop(stop)
            assert terminal.cooked == (stop == signal.SIGTSTP)
            taken = terminal.written.count(TAKES_THE_SCREEN)
            os.kill(terminal.process.pid, signal.SIGCONT)
            # What is typed while it takes the terminal again is thrown away with all that came to a shell.
            terminal.wait_for(
                lambda screen, taken=taken: (
                    terminal.written.count(TAKES_THE_SCREEN) > taken and "nominal" in screen
                )
            )
            terminal.type(said)
            terminal.wait_for(lambda screen, typed=typed: "nominal" in screen and typed in screen)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 0
        assert terminal.cooked
