import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mogplex_contracts.codec import decode_command, encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.approval import ApprovalDecide
from mogplex_contracts.commands.run import RunPause
from mogplex_contracts.events.approval import ApprovalRequested
from tests.support.story import started
from tests.support.terminal import Terminal
from tests.terminal.conftest import decide

EXAMPLE = Path(__file__).parents[2] / "contracts" / "examples" / "review-approved.jsonl"
WHOLE = EXAMPLE.read_bytes().splitlines(keepends=True)
ASKED = next(
    number for number, line in enumerate(WHOLE) if b"git diff --check" in line and b"_requested" in line
)
MOGPLEX = (sys.executable, "-c", "from mogplex_cli.main import main; main()")
PROBE = "I am probe of the offline demo"
"""Said shortly before that, behind an approval that was decided. The plan names probe before it: a line that is typed
then may come to the queue that surfaces."""
CTRL_C = "\x03"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MOGPLEX_")}
    return {**kept, "MOGPLEX_HOME": str(tmp_path / "home")}


class Stream:
    """Events on their way in and commands on their way out of a cockpit."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self.events_end = read
        self.events = os.fdopen(write, "wb", buffering=0)
        read, write = os.pipe()
        self.commands = os.fdopen(read, "rb")
        self.commands_end = write

    def handed_over(self) -> None:
        """The cockpit has its ends now."""
        os.close(self.events_end)
        os.close(self.commands_end)

    def command(self, terminal: Terminal) -> Command:
        """The next command; the cockpit goes on drawing until it is sent."""
        terminal.draw_until_readable(self.commands.fileno())
        return decode_command(self.commands.readline())

    def close(self) -> None:
        self.events.close()
        self.commands.close()


def leave(terminal: Terminal) -> int:
    terminal.type(CTRL_C + CTRL_C)
    return terminal.wait_for_end()


def test_a_piped_run_gives_the_whole_cockpit_back_and_its_end_does_not_close_it(
    env: dict[str, str], tmp_path: Path
) -> None:
    with subprocess.Popen(["cat", str(EXAMPLE)], stdout=subprocess.PIPE) as cat:
        assert cat.stdout is not None
        command = [*MOGPLEX, "--events=jsonl"]
        with Terminal(
            command, python=sys.executable, env=env, cwd=tmp_path, stdin=cat.stdout.fileno()
        ) as terminal:
            cat.stdout.close()
            terminal.wait_for("end of stream · 86 lines")
            terminal.wait_for("✓ completed")
            for shown in (
                "▲ offline",
                "atlas",
                "forge",
                "probe",
                "sage",
                "acme-web",
                "The outcome was remembered",
            ):
                terminal.wait_for(shown)
            assert leave(terminal) == 0
            assert "goes on" not in terminal.text


def test_a_run_cannot_be_started_and_the_one_shown_stays(env: dict[str, str], tmp_path: Path) -> None:
    with (
        EXAMPLE.open("rb") as file,
        Terminal(MOGPLEX, python=sys.executable, env=env, cwd=tmp_path, stdin=file.fileno()) as terminal,
    ):
        terminal.wait_for("end of stream")
        terminal.type("/run mend it\r")
        terminal.wait_for("this cockpit shows a stream and starts no runs")
        terminal.wait_for("✓ completed")
        terminal.wait_for("probe")


def test_decisions_and_commands_go_out_as_lines(env: dict[str, str], tmp_path: Path) -> None:
    stream = Stream()
    with Terminal(
        MOGPLEX,
        python=sys.executable,
        env=env,
        cwd=tmp_path,
        stdin=stream.events_end,
        stdout=stream.commands_end,
    ) as terminal:
        stream.handed_over()
        stream.events.write(b"".join(WHOLE[: ASKED + 1]))
        decide(terminal, "git diff --check --staged", "a")
        answer = stream.command(terminal)
        assert isinstance(answer, ApprovalDecide)
        assert (answer.run_id, answer.decision) == ("run_0wcjxay4n6k8", "approve")
        assert answer.choices[0].digest == json.loads(WHOLE[ASKED])["digest"]
        stream.events.write(WHOLE[ASKED + 1])
        terminal.wait_for(lambda screen: "APPROVALS" not in screen)
        terminal.type("/pause\r")
        assert isinstance(stream.command(terminal), RunPause)
        stream.events.write(b"".join(WHOLE[ASKED + 2 :]))
        terminal.wait_for("✓ completed")
        assert leave(terminal) == 0
        assert stream.commands.read() == b""
    stream.close()


def test_a_stream_that_names_no_run_and_counts_nothing_can_be_steered(
    env: dict[str, str], tmp_path: Path
) -> None:
    stream = Stream()
    asked = ApprovalRequested(
        approval_id="apr_1",
        action="run_command",
        target="pnpm test",
        risk="medium",
        tool="shell",
        agent_id="a",
    )
    with Terminal(
        MOGPLEX,
        python=sys.executable,
        env=env,
        cwd=tmp_path,
        stdin=stream.events_end,
        stdout=stream.commands_end,
    ) as terminal:
        stream.handed_over()
        stream.events.write(encode(started("mend the tests")) + b"\n" + encode(asked) + b"\n")
        decide(terminal, "pnpm test", "r")
        assert isinstance(stream.command(terminal), ApprovalDecide)
        terminal.type("\x1b")
        # Where the queue stood before, which may open in the same moment.
        terminal.wait_for(lambda screen: "APPROVALS" not in screen and "mend the tests" in screen)
        terminal.type("/pause\r")
        assert isinstance(stream.command(terminal), RunPause)
        assert leave(terminal) == 0
    stream.close()


def test_a_snapshot_fills_the_panels(env: dict[str, str], tmp_path: Path) -> None:
    stream = Stream()
    with Terminal(MOGPLEX, python=sys.executable, env=env, cwd=tmp_path, stdin=stream.events_end) as terminal:
        stream.handed_over()
        state = {"run_id": "run_9", "repo": "acme-shop", "status": "paused"}
        stream.events.write(json.dumps({"type": "snapshot", "state": state}).encode() + b"\n")
        terminal.wait_for("acme-shop")
        terminal.wait_for("paused")
    stream.close()


def test_commands_are_refused_when_stdout_is_the_screen(env: dict[str, str], tmp_path: Path) -> None:
    stream = Stream()
    with Terminal(MOGPLEX, python=sys.executable, env=env, cwd=tmp_path, stdin=stream.events_end) as terminal:
        stream.handed_over()
        stream.events.write(b"".join(WHOLE[:ASKED]))
        terminal.wait_for(PROBE)
        terminal.type("/pause\r")
        terminal.wait_for("nobody reads commands here: stdout is this terminal")
    stream.close()


def test_commands_are_refused_when_whoever_read_them_is_gone(env: dict[str, str], tmp_path: Path) -> None:
    stream = Stream()
    with Terminal(
        MOGPLEX,
        python=sys.executable,
        env=env,
        cwd=tmp_path,
        stdin=stream.events_end,
        stdout=stream.commands_end,
    ) as terminal:
        stream.handed_over()
        stream.commands.close()
        stream.events.write(b"".join(WHOLE[:ASKED]))
        terminal.wait_for(PROBE)
        terminal.type("/pause\r")
        terminal.wait_for("nobody reads the commands any more")
        assert leave(terminal) == 0
    stream.close()


def test_a_line_that_is_invalid_is_told_with_its_number_and_skipped(
    env: dict[str, str], tmp_path: Path
) -> None:
    stream = Stream()
    with Terminal(MOGPLEX, python=sys.executable, env=env, cwd=tmp_path, stdin=stream.events_end) as terminal:
        stream.handed_over()
        stream.events.write(b"".join(WHOLE[:5]) + b"not json\n")
        terminal.wait_for("line 6 of the stream")
        stream.events.write(b"".join(WHOLE[5:]) + b'{"type":"run_st')
        stream.events.close()
        terminal.wait_for("line 88 of the stream")
        terminal.wait_for("✓ completed")
    stream.close()


def test_keys_are_answered_while_a_long_journal_comes_in(env: dict[str, str], tmp_path: Path) -> None:
    stream = Stream()
    answered = threading.Event()
    body = [json.loads(line) for line in WHOLE[1:-1]]
    # An approval drawer that surfaces in the moment of a key press may absorb that key: that is its
    # dead time, tested elsewhere.
    left_out = ("run_status_changed", "approval_requested", "approval_resolved")
    body = [event for event in body if event["type"] not in left_out]

    def tell() -> None:
        """Faster than it can be taken in, for as long as no key was answered."""
        stream.events.write(WHOLE[0])
        for seq in itertools.takewhile(lambda _: not answered.is_set(), itertools.count(2)):
            stream.events.write(json.dumps({**body[seq % len(body)], "seq": seq}).encode() + b"\n")
        stream.events.close()

    with Terminal(MOGPLEX, python=sys.executable, env=env, cwd=tmp_path, stdin=stream.events_end) as terminal:
        stream.handed_over()
        telling = threading.Thread(target=tell)
        telling.start()
        try:
            terminal.wait_for("forge")
            terminal.type("hello there")
            terminal.wait_for("› hello there")
            assert "▲ offline" not in terminal.text
        finally:
            answered.set()
        terminal.wait_for("▲ offline")
        telling.join()
    stream.close()


def test_a_request_to_end_leaves_cleanly(env: dict[str, str], tmp_path: Path) -> None:
    stream = Stream()
    with Terminal(MOGPLEX, python=sys.executable, env=env, cwd=tmp_path, stdin=stream.events_end) as terminal:
        stream.handed_over()
        terminal.wait_for("MOGPLEX")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 0
    stream.close()


def test_events_from_the_terminal_itself_are_refused_with_what_to_write(
    env: dict[str, str], tmp_path: Path
) -> None:
    with Terminal([*MOGPLEX, "--events=jsonl"], python=sys.executable, env=env, cwd=tmp_path) as terminal:
        assert terminal.wait_for_end() == 2
        assert "mogplex --events=jsonl < run.jsonl" in " ".join(terminal.text.split())
