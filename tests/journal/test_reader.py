from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.codec import encode
from mogplex_contracts.events.message import UserMessage
from mogplex_daemon.journal.reader import CHUNK_BYTES, BadLine, cut_torn_tail, ends_a_line, read_events


def line(seq: int, text: str = "hello") -> bytes:
    return encode(UserMessage(seq=seq, message_id="msg_1", text=text)) + b"\n"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def test_events_come_in_order(journal: Path):
    journal.write_bytes(b"".join(line(seq) for seq in range(1, 4)))
    assert [event.seq for event in read_events(journal)] == [1, 2, 3]


def test_a_bad_line_is_named_by_file_and_number_and_skipped(journal: Path):
    journal.write_bytes(
        line(1) + b"\nnonsense\n" + line(2) + b'{"type":"user_message","text":"t"}\n' + line(3)
    )
    found = list(read_events(journal))
    bad = [each for each in found if isinstance(each, BadLine)]
    assert [each.number for each in bad] == [3, 5]
    assert str(bad[0]).startswith(f"{journal}:3: line: Invalid JSON")
    assert str(bad[1]) == f"{journal}:5: message_id: Field required; the line is skipped"
    assert [each.seq for each in found if not isinstance(each, BadLine)] == [1, 2, 3]


def test_a_bad_line_is_named_by_its_place_in_the_file_wherever_reading_began(journal: Path):
    before = line(1) + line(2)
    journal.write_bytes(before + b"nonsense\n" + line(3))
    bad, event = read_events(journal, len(before))
    assert isinstance(bad, BadLine)
    assert bad.number == 3
    assert event.seq == 3


def test_a_torn_last_line_is_told(journal: Path):
    journal.write_bytes(line(1) + line(2)[:-1])
    event, torn = read_events(journal)
    assert event.seq == 1
    assert isinstance(torn, BadLine)
    assert (torn.number, torn.reason) == (2, "torn: the line has no end")


def test_a_line_of_50_mb_is_skipped_and_the_next_one_read(journal: Path):
    with journal.open("wb") as file:
        file.write(line(1))
        for _ in range(50):
            file.write(b"x" * 1024 * 1024)
        file.write(b"\n" + line(2))
    first, bad, second = read_events(journal)
    assert (first.seq, second.seq) == (1, 2)
    assert str(bad) == f"{journal}:2: {50 * 1024 * 1024} bytes long; 16 MiB is the limit; the line is skipped"


@given(st.binary(max_size=200))
def test_no_journal_makes_it_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    journal = tmp_path_factory.getbasetemp() / "any.jsonl"
    journal.write_bytes(line(1) + data)
    first, *_ = read_events(journal)
    assert first == UserMessage(seq=1, message_id="msg_1", text="hello")


@pytest.mark.parametrize("cut", [1, 2, 40, len(line(2)) - 1])
def test_a_torn_tail_is_cut_and_nothing_else(journal: Path, cut: int):
    whole = line(1) + line(2)
    journal.write_bytes(whole + line(3)[:cut])
    assert cut_torn_tail(journal) == cut
    assert journal.read_bytes() == whole
    assert cut_torn_tail(journal) == 0


@pytest.mark.parametrize("size", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_a_torn_tail_longer_than_a_chunk_is_cut_too(journal: Path, size: int):
    journal.write_bytes(line(1) + b"x" * size)
    assert cut_torn_tail(journal) == size
    assert journal.read_bytes() == line(1)


@pytest.mark.parametrize("content", [b"", b"torn from the very start"])
def test_a_journal_without_a_whole_line_becomes_empty(journal: Path, content: bytes):
    journal.write_bytes(content)
    assert cut_torn_tail(journal) == len(content)
    assert journal.read_bytes() == b""


@given(st.lists(st.integers(1, 20), max_size=5), st.integers(0, 120))
def test_whole_lines_reach_up_to_their_ends_only(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], offset: int
):
    journal = tmp_path_factory.getbasetemp() / "ends.jsonl"
    data = b"".join(b"x" * size + b"\n" for size in sizes)
    journal.write_bytes(data)
    assert ends_a_line(journal, offset) == (offset == 0 or data[offset - 1 : offset] == b"\n")
