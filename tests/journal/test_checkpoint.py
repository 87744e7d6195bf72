import json
from pathlib import Path

import pytest

from mogplex_contracts.codec import encode
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState
from mogplex_daemon.journal.checkpoint import load_checkpoint, load_state, save_checkpoint

EVENTS = [UserMessage(run_id="run_1", seq=seq, message_id="msg_1", text=f"say {seq}") for seq in range(1, 21)]
LINES = [encode(event) + b"\n" for event in EVENTS]


class Folder:
    """A journal of twenty events and the checkpoint after some of them."""

    def __init__(self, root: Path) -> None:
        self.journal = root / "events.jsonl"
        self.checkpoint = root / "checkpoint.json"
        self.journal.write_bytes(b"".join(LINES))

    def save(self, after: int) -> None:
        save_checkpoint(self.checkpoint, replay(EVENTS[:after]), sum(map(len, LINES[:after])))

    def load(self) -> RunState:
        state, bad = load_state(self.journal, self.checkpoint)
        assert bad == []
        return state


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize("after", [0, 1, 10, 20])
def test_a_checkpoint_and_the_journal_after_it_are_the_whole_journal(folder: Folder, after: int):
    folder.save(after)
    assert folder.load() == replay(EVENTS)


def test_without_a_checkpoint_the_journal_is_read(folder: Folder):
    assert folder.load() == replay(EVENTS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"version":1,"offset":5}',
        b'{"version":1,"offset":-1,"state":{}}',
        b"null",
    ],
)
def test_a_broken_checkpoint_is_left_aside(folder: Folder, content: bytes):
    folder.checkpoint.write_bytes(content)
    assert load_checkpoint(folder.checkpoint) is None
    assert folder.load() == replay(EVENTS)


def test_a_checkpoint_of_another_version_is_left_aside(folder: Folder):
    folder.save(10)
    saved = json.loads(folder.checkpoint.read_bytes())
    folder.checkpoint.write_text(json.dumps(saved | {"version": 2}))
    assert folder.load() == replay(EVENTS)


@pytest.mark.parametrize("offset", [3, 10**9])
def test_a_checkpoint_that_does_not_fit_the_journal_is_left_aside(folder: Folder, offset: int):
    save_checkpoint(folder.checkpoint, replay(EVENTS[:10]), offset)
    assert folder.load() == replay(EVENTS)


def test_a_bad_line_after_the_checkpoint_is_named_by_its_number_in_the_file(folder: Folder):
    folder.save(10)
    with folder.journal.open("ab") as file:
        file.write(b"nonsense\n")
    state, (bad,) = load_state(folder.journal, folder.checkpoint)
    assert state == replay(EVENTS)
    assert bad.number == 21


def test_it_is_a_private_file(folder: Folder):
    folder.save(5)
    assert folder.checkpoint.stat().st_mode & 0o777 == 0o600
