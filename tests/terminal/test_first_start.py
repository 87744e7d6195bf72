"""What is there before the first run: the login screen, settings that are wrong, keys of one's own."""

import json
import os
import subprocess

from mogplex_daemon.home.credentials import VARIABLES
from tests.terminal.conftest import MOGPLEX, Desk

NO_KEYS = dict.fromkeys(VARIABLES, "")
CONFIG = """\
[keys]
approvals = "ctrl+p"
pause = "f9"
runs = "f8"
aprovals = "f9"
[ui]
theme = "pink"
"""


def configure(desk: Desk, text: str) -> None:
    desk.home.root.mkdir(exist_ok=True)
    desk.home.config.write_text(text)


def test_nobody_signed_in_meets_the_login_screen_and_can_look_around(desk: Desk):
    with desk.open(**NO_KEYS) as terminal:
        terminal.wait_for("SIGN IN")
        terminal.wait_for("▸ Sign in with Mogplex")
        terminal.type("\x1b[B" * 20)
        terminal.wait_for("▸ Look around offline")
        terminal.type("\r")
        terminal.wait_for("offline demo: runs are driven by a script")
        terminal.type("/quit\r")
        assert terminal.wait_for_end() == 0


def test_a_harness_or_a_credential_skips_it(desk: Desk):
    for arguments, env in ((("--harness", "demo"), NO_KEYS), ((), {**NO_KEYS, "OPENAI_API_KEY": "sk-x"})):
        with desk.open(*arguments, **env) as terminal:
            terminal.wait_for("type a task below")
            assert "SIGN IN" not in terminal.text


def test_logout_clears_the_token_and_says_what_still_signs_in(desk: Desk):
    desk.home.root.mkdir(exist_ok=True)
    desk.home.auth.write_text(json.dumps({"mogplex": {"token": "mog_x"}, "other": "kept"}))
    nowhere = {"MOGPLEX_URL": "http://127.0.0.1:9", "MOGPLEX_DEV": "1"}
    with desk.open(**{**NO_KEYS, **nowhere, "OPENAI_API_KEY": "sk-x"}, size=(200, 40)) as terminal:
        terminal.wait_for("type a task below")
        terminal.type("/logout\r")
        terminal.wait_for("signed out: the stored Mogplex token is gone")
        terminal.wait_for("OPENAI_API_KEY is set and still signs in to OpenAI")
    assert json.loads(desk.home.auth.read_text()) == {"other": "kept"}


def test_without_a_terminal_nobody_signed_in_is_told_in_one_line(desk: Desk):
    env = {**os.environ, **NO_KEYS, "MOGPLEX_HOME": str(desk.home.root), "MOGPLEX_TRANSPORT": "process"}
    done = subprocess.run(
        [*MOGPLEX, "--plain"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=desk.repository,
        env=env,
    )
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("mogplex: nobody is signed in: ") and done.stderr.count("\n") == 1


def test_at_a_plain_terminal_the_ways_to_begin_are_read_out(desk: Desk):
    with desk.open("--plain", **NO_KEYS) as terminal:
        terminal.wait_for("/login offline · Look around offline")
        terminal.type("/run look\r")
        terminal.wait_for("not sent: nothing drives runs yet")
        terminal.type("/login offline\r")
        terminal.wait_for("offline demo: runs are driven by a script")
        terminal.type("\x04")
        assert terminal.wait_for_end() == 0


def test_a_key_of_ones_own_acts_and_what_is_wrong_is_told(desk: Desk):
    configure(desk, CONFIG)
    with desk.open("--harness", "demo", size=(200, 50)) as terminal:
        terminal.wait_for("1/3")
        terminal.wait_for("config.toml line 7: ui.theme: 'pink' should be 'dark', 'light'")
        terminal.type("\x1b[19~")
        terminal.wait_for("keys.aprovals: is no action; did you mean approvals?")
        terminal.type("\x1b[19~")
        terminal.wait_for("keys.runs: f8 is next_alert everywhere already · it keeps ctrl+r, f5")
        terminal.type("/run review the staged diff\r")
        terminal.wait_for("apply_patch  MOGPLEX_REPORT.md")
        terminal.type("\x1b")
        terminal.wait_for("ctrl+p approvals 1")
        terminal.type("\x10")
        terminal.wait_for("APPROVALS")
        terminal.type("\x1b[20~")
        terminal.wait_for("pausing at the next safe point")


def test_a_terminal_that_wants_no_colour_gets_none(desk: Desk):
    with desk.open("--harness", "demo", NO_COLOR="1") as terminal:
        terminal.wait_for("nominal")
        row, column = terminal.find("MOGPLEX")
        assert terminal.colour(row, column) == "default"
        row, column = terminal.find("offline demo")
        assert terminal.colour(row, column) == "default"
