"""The composer in a real pseudo-terminal: pastes, files, custom commands, history over sessions."""

import json

from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.run import RunStarted
from mogplex_daemon.journal.reader import read_events
from tests.terminal.conftest import Desk, decide

START, END = "\x1b[200~", "\x1b[201~"
LINES = 10_000


def started(desk: Desk) -> RunStarted:
    return next(event for event in read_events(desk.journal()) if isinstance(event, RunStarted))


def test_a_paste_of_ten_thousand_lines_waits_for_enter_and_arrives_whole(desk: Desk):
    pasted = "\r".join(f"{number} of a long log that somebody pastes" for number in range(LINES))
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type("review ")
        terminal.paste(pasted)
        terminal.wait_for("[pasted 10,000 lines]")
        terminal.type(" please")
        terminal.wait_for("[pasted 10,000 lines] please")
        assert not desk.home.runs.exists()
        terminal.type("\r")
        terminal.wait_for("APPROVALS")
    assert started(desk).task == f"review {pasted.replace(chr(13), chr(10))} please"


def test_a_file_is_named_by_some_of_its_letters(desk: Desk):
    with desk.open("--harness", "demo", size=(80, 24)) as terminal:
        terminal.wait_for("nominal")
        terminal.type("review @rdm")
        terminal.wait_for("▸ README.md")
        terminal.type("\t\r")
        terminal.wait_for("APPROVALS")
    assert started(desk).task == "review @README.md"


def test_a_command_written_while_the_cockpit_is_open_is_offered_and_starts_a_run(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        folder = desk.repository / ".agents/commands/release"
        folder.mkdir(parents=True)
        text = "---\ndescription: Draft notes\nallowed-tools: read_file, list_files\n---\nNotes for $1."
        (folder / "notes.md").write_text(text)
        terminal.type("/rel")
        terminal.wait_for("▸ /release:notes")
        terminal.type("\tv1.4.0\r")
        terminal.wait_for("✓ completed")
    event = started(desk)
    assert (event.task, event.allowed_tools) == ("Notes for v1.4.0.", ("read_file", "list_files"))


def test_history_comes_back_in_the_next_session_without_secrets(desk: Desk):
    with desk.open("--harness", "demo", API_TOKEN="hunter2-is-secret") as terminal:
        terminal.wait_for("nominal")
        terminal.type("/permissions auto\r")
        terminal.wait_for("perms auto")
        terminal.type("/run look at hunter2-is-secret\r")
        terminal.wait_for("✓ completed")
        terminal.type("and again hunter2-is-secret\r/quit\r")
        assert terminal.wait_for_end() == 0
    stored = [json.loads(line) for line in desk.home.composer_history.read_text().splitlines()]
    assert "/run look at [redacted]" in stored
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.wait_for("type a task")
        terminal.type("\x1b[A" * 4)
        terminal.wait_for("/permissions auto")


def test_init_adds_two_files_when_they_are_approved_and_then_review_is_there(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type("/init\r")
        decide(terminal, "AGENTS.md, .agents/commands/review.md", "a")
        terminal.wait_for("✓ completed")
        terminal.type("/rev")
        terminal.wait_for("▸ /review")
    assert (desk.repository / "AGENTS.md").read_text().startswith("# AGENTS.md")
    assert not [event for event in read_events(desk.journal()) if isinstance(event, UserMessage)]


def test_keys_behind_enter_are_a_line_of_their_own_and_a_refused_line_comes_back(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type("/permissions auto\rtyped behind it")
        terminal.wait_for("perms auto")
        terminal.wait_for("› typed behind it ")
        terminal.type("\x15/rnx\x7fu\r")
        terminal.wait_for("did you mean /run?")
        terminal.wait_for("› /rnu")


def test_bytes_that_are_no_text_and_escapes_in_a_paste_harm_nothing(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(b"a\xff\xe9")
        terminal.type(b"\x1b[200~one\x1b[31m\rtwo\x1b]0;x\x07\x1b[201~")
        terminal.wait_for(lambda screen: "one␛[31m" in screen and "two␛]0;x␇" in screen)
        terminal.type(" three")
        terminal.wait_for("three")
