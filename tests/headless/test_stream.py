import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mogplex_contracts.codec import decode_command, encode
from mogplex_contracts.commands.approval import ApprovalDecide
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandRejected, Snapshot
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from tests.support.story import started

EXAMPLES = Path(__file__).parents[2] / "contracts" / "examples"
APPROVED = (EXAMPLES / "review-approved.jsonl").read_bytes()
MOGPLEX = (sys.executable, "-c", "from mogplex_cli.main import main; main()")

WHOLE = APPROVED.splitlines(keepends=True)
ASKED = next(
    number for number, line in enumerate(WHOLE) if b"git diff --check" in line and b"_requested" in line
)
"""Where the example asks to run git."""
TO_THE_QUESTION = b"".join(WHOLE[: ASKED + 1])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def rules(home: Path, **levels: list[str]) -> None:
    (home / "permissions.json").write_text(json.dumps({"version": 1, "rules": levels}))


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MOGPLEX_")}
    return {**kept, "MOGPLEX_HOME": str(home), **more}


def mogplex(home: Path, stream: bytes, *words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*MOGPLEX, *words],
        input=stream,
        capture_output=True,
        env=environment(home, **env),
        cwd=home,
        start_new_session=True,
        timeout=120,
        check=False,
    )


@contextmanager
def running(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program with its streams open, for a stream that is told as it goes."""
    with subprocess.Popen(
        MOGPLEX,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        cwd=home,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.CompletedProcess[bytes]) -> str:
    return process.stderr.decode()


def decided(process: subprocess.CompletedProcess[bytes]) -> list[ApprovalDecide]:
    commands = [decode_command(line) for line in process.stdout.splitlines()]
    return [command for command in commands if isinstance(command, ApprovalDecide)]


def jsonl(*events: Event) -> bytes:
    return b"".join(encode(event) + b"\n" for event in events)


def asked(approval_id: str = "apr_1", command: str = "pnpm test") -> ApprovalRequested:
    return ApprovalRequested(
        approval_id=approval_id,
        action="run_command",
        target=command,
        descriptors=(f"bash:{command}",),
        digest="d" * 64,
        risk="medium",
        tool="shell",
        agent_id="agt_1",
    )


def test_a_finished_run_is_summed_up_and_leaves_with_0(home: Path) -> None:
    done = mogplex(home, APPROVED, MOGPLEX_TRANSPORT="stdio")
    assert done.returncode == 0
    assert done.stdout == b""
    assert "run run_0wcjxay4n6k8 · completed" in said(done)
    assert "4 agents · cost unknown" in said(done)
    assert "86 events · 0 invalid lines" in said(done)


def test_a_plain_file_can_be_the_stream(home: Path) -> None:
    with (EXAMPLES / "review-approved.jsonl").open("rb") as file:
        done = subprocess.run(
            [*MOGPLEX, "--events=jsonl"],
            stdin=file,
            capture_output=True,
            env=environment(home),
            start_new_session=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0
    assert "86 events" in said(done)


def test_cost_is_told_when_it_is_known(home: Path) -> None:
    assert "cost $" in said(mogplex(home, (EXAMPLES / "every-event.jsonl").read_bytes()))


@pytest.mark.parametrize("status", ["failed", "killed"])
def test_a_run_that_did_not_get_done_leaves_with_1(home: Path, status: str) -> None:
    ended = RunStatusChanged.model_validate({"status": status, "message": "it broke"})
    done = mogplex(home, jsonl(started(), ended))
    assert done.returncode == 1
    assert f"{status} · it broke" in said(done)


def test_a_run_that_still_works_is_said_to_and_leaves_with_0(home: Path) -> None:
    done = mogplex(home, jsonl(started()))
    assert done.returncode == 0
    assert "running when the stream ended" in said(done)


def test_invalid_lines_are_named_by_number_and_leave_with_65(home: Path) -> None:
    done = mogplex(home, WHOLE[0] + b'not json\n{"type":"agent_spawned"}\n' + b"".join(WHOLE[1:]) + b'{"ty')
    assert done.returncode == 65
    for number in (2, 3, 89):
        assert f"line {number} is invalid" in said(done)
    assert "86 events · 3 invalid lines" in said(done)


def test_of_many_invalid_lines_a_few_are_told_and_all_are_counted(home: Path) -> None:
    done = mogplex(home, jsonl(started()) + b"{\n" * 5_000)
    assert done.returncode == 65
    assert said(done).count("is invalid") == 20
    assert "4,980 more lines are invalid" in said(done)


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it(home: Path) -> None:
    done = mogplex(home, b"\xef\xbb\xbf" + APPROVED)
    assert done.returncode == 0
    assert "86 events · 0 invalid lines" in said(done)


def test_lines_may_end_as_on_windows(home: Path) -> None:
    done = mogplex(home, APPROVED.replace(b"\n", b"\r\n"))
    assert done.returncode == 0
    assert "86 events · 0 invalid lines" in said(done)


def test_what_comes_twice_or_too_late_is_counted(home: Path) -> None:
    assert "86 repeated or out of order, left out" in said(mogplex(home, APPROVED + APPROVED))
    assert "85 repeated or out of order, left out" in said(mogplex(home, b"".join(reversed(WHOLE))))


def test_what_is_wrong_with_a_line_is_told_in_words(home: Path) -> None:
    done = mogplex(home, b'{}\n{"v":9,"type":"run_started"}\n')
    assert "line 1 is invalid and skipped: type: Field required" in said(done)
    assert "line 2 is invalid and skipped: v: this program reads version 1" in said(done)
    assert "no line on stdin is an event" in said(done)


def test_a_stream_without_events_says_what_to_do_and_leaves_with_65(home: Path) -> None:
    done = mogplex(home, b"")
    assert done.returncode == 65
    assert "no events came on stdin" in said(done)


def test_events_of_a_newer_version_are_valid_and_counted(home: Path) -> None:
    done = mogplex(home, jsonl(started()) + b'{"type":"hologram_shown"}\n')
    assert done.returncode == 0
    assert "1 of unknown types" in said(done)


def test_messages_of_an_agent_are_no_run_and_leave_with_65(home: Path) -> None:
    done = mogplex(home, b'{"type": "system", "subtype": "init"}\n{"type": "assistant", "message": {}}\n')
    assert "nothing on stdin is an event that Mogplex knows" in said(done)
    assert "mogplex --harness <agent>" in said(done)
    assert done.returncode == 65


def test_a_snapshot_alone_is_enough(home: Path) -> None:
    done = mogplex(
        home, b'{"type":"snapshot","state":{"run_id":"run_9","task":"mend it","status":"running"}}\n'
    )
    assert done.returncode == 0
    assert "run run_9 · running" in said(done)


def test_text_of_the_stream_cannot_steer_the_terminal(home: Path) -> None:
    run = evolve(
        started("\x1b[2J\x1b]0;mine\x07 task\nmogplex: run run_2 · completed"), run_id="run_\x1b[31m1"
    )
    done = mogplex(home, jsonl(run))
    assert b"\x1b" not in done.stderr
    assert all(line.startswith("mogplex: ") for line in said(done).splitlines())
    assert not any(line.startswith("mogplex: run run_2") for line in said(done).splitlines())


def test_what_a_rule_allows_is_approved_with_the_digest_that_was_asked(home: Path) -> None:
    rules(home, allow=["bash:git diff*"])
    done = mogplex(home, TO_THE_QUESTION)
    (answer,) = decided(done)
    request = json.loads(WHOLE[ASKED])
    assert done.returncode == 0
    assert (answer.run_id, answer.decision) == ("run_0wcjxay4n6k8", "approve")
    assert (answer.choices[0].approval_id, answer.choices[0].digest) == (
        request["approval_id"],
        request["digest"],
    )
    assert "1 approved and 0 rejected by rules, 0 left waiting" in said(done)


def test_what_a_rule_denies_is_rejected(home: Path) -> None:
    rules(home, deny=["bash:git diff*"])
    done = mogplex(home, TO_THE_QUESTION)
    assert [answer.decision for answer in decided(done)] == ["reject"]
    assert done.returncode == 0


def test_what_no_rule_decides_is_left_to_a_person_and_leaves_with_1(home: Path) -> None:
    done = mogplex(home, TO_THE_QUESTION)
    assert done.returncode == 1
    assert done.stdout == b""
    assert "left waiting apr_0wcjxba3rag8 · low risk · run_command git diff --check --staged" in said(done)


def test_the_mode_auto_does_not_decide_for_a_run_in_approval_mode(home: Path) -> None:
    (home / "permissions.json").write_text('{"version": 1, "mode": "auto"}')
    done = mogplex(home, TO_THE_QUESTION)
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_broken_permission_file_is_told_and_allows_nothing(home: Path) -> None:
    (home / "permissions.json").write_text('{"version": 1, "rules": {"allow": ["bash:git diff*"]')
    done = mogplex(home, TO_THE_QUESTION)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "permissions.json:1" in said(done)


def test_the_name_of_a_repository_cannot_lead_out_of_the_home_folder(home: Path) -> None:
    rules(home.parent / "home", allow=[])
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    rules(elsewhere, allow=["bash:*"])
    run = evolve(started(), repo="../elsewhere")
    (home / "projects").mkdir()
    assert mogplex(home, jsonl(run, asked())).stdout == b""


def test_questions_that_a_recorded_stream_answers_itself_are_not_answered_again(home: Path) -> None:
    rules(home, allow=["bash:*", "write:**", "memory:*"])
    # A file never pauses; whoever writes into a pipe may be kept from it, and that is a pause.
    with (EXAMPLES / "review-approved.jsonl").open("rb") as file:
        done = subprocess.run(
            MOGPLEX,
            stdin=file,
            capture_output=True,
            env=environment(home),
            cwd=home,
            start_new_session=True,
            timeout=120,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, b"")
    assert "86 events" in said(done)


def test_a_live_stream_is_answered_when_it_pauses_and_once(home: Path) -> None:
    rules(home, allow=["bash:*"])
    with running(home) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(TO_THE_QUESTION)
        process.stdin.flush()
        answer = decode_command(process.stdout.readline())
        assert isinstance(answer, ApprovalDecide)
        process.stdin.write(b"".join(WHOLE[ASKED + 1 :]))
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(60) == 0


def test_a_stream_that_never_pauses_is_answered_too(home: Path) -> None:
    rules(home, allow=["bash:*"])
    with running(home) as process:
        assert process.stdin and process.stdout
        process.stdin.write(TO_THE_QUESTION)
        os.set_blocking(process.stdout.fileno(), False)
        answer = None
        while answer is None:
            process.stdin.write(b'{"type":"heartbeat","at_seq":1}\n')
            process.stdin.flush()
            answer = process.stdout.read()
        assert isinstance(decode_command(answer), ApprovalDecide)


def test_an_answer_that_is_refused_is_left_to_a_person(home: Path) -> None:
    rules(home, allow=["bash:*"])
    with running(home) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(jsonl(started(), asked()))
        process.stdin.flush()
        answer = decode_command(process.stdout.readline())
        refusal = CommandRejected(command_id=answer.id, code="digest_mismatch", reason="look again")
        process.stdin.write(jsonl(refusal))
        process.stdin.close()
        assert process.wait(60) == 1
        assert "the answer was refused: look again" in process.stderr.read().decode()


def test_questions_inside_a_snapshot_are_answered(home: Path) -> None:
    rules(home, allow=["bash:*"])
    pending = {"apr_1": {"request": json.loads(encode(asked())), "entry": 0}}
    state = RunState.model_validate(
        {"run_id": "run_1", "status": "running", "approvals": {"pending": pending}}
    )
    assert len(decided(mogplex(home, jsonl(Snapshot(state=state))))) == 1


def test_an_answer_nobody_reads_is_left_to_a_person(home: Path) -> None:
    rules(home, allow=["bash:*"])
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            MOGPLEX,
            input=jsonl(started(), asked()),
            stdout=write,
            stderr=subprocess.PIPE,
            env=environment(home),
            start_new_session=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(write)
    assert done.returncode == 1
    assert "nobody reads the commands any more" in said(done)
    assert "Traceback" not in said(done)


def test_several_runs_in_one_stream_are_summed_up_each_and_the_worst_one_counts(home: Path) -> None:
    failed = RunStatusChanged.model_validate({"status": "failed", "run_id": "run_1"})
    first = (evolve(started("one"), run_id="run_1"), failed)
    done = mogplex(home, jsonl(*first) + APPROVED)
    assert done.returncode == 1
    assert "run run_1 · failed" in said(done)
    assert "run run_0wcjxay4n6k8 · completed" in said(done)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_with_a_summary(home: Path, number: signal.Signals) -> None:
    with running(home) as process:
        assert process.stdin and process.stderr
        process.stdin.write(b"{\n" + jsonl(started()))
        process.stdin.flush()
        process.stderr.readline()
        process.send_signal(number)
        assert process.wait(60) == 128 + number
        told = process.stderr.read().decode()
    assert f"stopped by {number.name}" in told
    assert "running when the stream was left" in told


def test_textual_is_not_loaded(home: Path) -> None:
    program = (
        "import sys; from mogplex_cli.arguments import Arguments; from mogplex_cli.launch import launch; "
        "status = launch(Arguments()); assert 'textual' not in sys.modules, 'textual'; sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=APPROVED,
        capture_output=True,
        env=environment(home),
        start_new_session=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, said(done)


def test_closed_streams_are_no_crash(home: Path) -> None:
    command = f'exec "{sys.executable}" -c "from mogplex_cli.main import main; main()" <&- >&-'
    done = subprocess.run(
        ["sh", "-c", command],
        stderr=subprocess.PIPE,
        env=environment(home),
        start_new_session=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 65
    assert "no events came on stdin" in said(done)
