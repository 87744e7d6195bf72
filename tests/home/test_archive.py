import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.events import Event
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.reduce import replay
from mogplex_contracts.state.digest import digest
from mogplex_daemon.home.archive import BEHIND, BEYOND, Archive

RUN = "run_aaaaaaaaaaaa"


def journal(length: int) -> list[Event]:
    ts = "2026-01-01T00:00:00.000Z"
    first = RunStarted(
        run_id=RUN,
        seq=1,
        id="evt_1",
        ts=ts,
        task="t",
        cwd="/w",
        repo="r",
        harness="demo",
        permission_mode="auto",
    )
    rest = [
        UserMessage(run_id=RUN, seq=seq, id=f"evt_{seq}", ts=ts, message_id=f"m{seq}", text=f"word {seq}")
        for seq in range(2, length + 1)
    ]
    return [first, *rest]


def write(path: Path, events: list[Event]) -> Archive:
    path.write_bytes(b"".join(encode(event) + b"\n" for event in events))
    return Archive(path, RUN)


def seqs(events: list[dict[str, object]]) -> list[object]:
    return [event["seq"] for event in events]


def test_pages_go_back_to_the_first_event_without_gap(tmp_path: Path) -> None:
    archive = write(tmp_path / "j", journal(1000))
    before, found, more = 1001, [], True
    while more:
        page, more = archive.page(before, 170)
        found = seqs(page) + found
        before = found[0]
    assert found == list(range(1, 1001))


def test_a_page_is_bounded_by_its_bytes_and_never_empty(tmp_path: Path) -> None:
    big = [event.model_copy(update={"text": "x" * 300_000}) for event in journal(6)]
    archive = write(tmp_path / "j", big)
    page, more = archive.page(7, 100)
    assert (seqs(page), more) == ([6], True)


def test_a_journal_that_grew_is_read_on_from_where_it_ended(tmp_path: Path) -> None:
    events = journal(700)
    archive = write(tmp_path / "j", events[:300])
    assert seqs(archive.page(10_000, 2)[0]) == [299, 300]
    with (tmp_path / "j").open("ab") as stream:
        stream.write(b"".join(encode(event) + b"\n" for event in events[300:]) + b'{"v":1,"torn')
    assert seqs(archive.page(10_000, 2)[0]) == [699, 700]


def test_events_of_other_runs_and_unnumbered_ones_are_passed_over(tmp_path: Path) -> None:
    events = journal(5)
    lines = [encode(event) for event in events]
    other = encode(events[3].model_copy(update={"run_id": "run_bbbbbbbbbbbb"}))
    live = encode(events[3].model_copy(update={"seq": None}))
    (tmp_path / "j").write_bytes(b"\n".join([*lines[:2], other, live, b"garbage", *lines[2:]]) + b"\n")
    archive = Archive(tmp_path / "j", RUN)
    assert seqs(archive.page(100, 100)[0]) == [1, 2, 3, 4, 5]


def test_an_empty_journal_has_no_page_and_an_empty_past(tmp_path: Path) -> None:
    archive = write(tmp_path / "j", [])
    assert archive.page(5, 10) == ([], False)
    state, events = archive.past(3)
    assert (state.run_id, events) == ("", [])


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(st.integers(1, 5200), min_size=1, max_size=4))
def test_the_past_is_what_reducing_the_journal_up_to_there_gives(tmp_path_factory, asked: list[int]) -> None:
    events = journal(5000)
    path = tmp_path_factory.getbasetemp() / "past.jsonl"
    archive = Archive(path, RUN) if path.exists() else write(path, events)
    for seq in asked:
        state, behind = archive.past(seq)
        upto = [decode_event(json.dumps(each)) for each in behind if int(str(each["seq"])) <= seq]
        assert digest(replay(upto, state)) == digest(replay(events[:seq]))
        assert len(upto) <= BEHIND
        assert len(behind) - len(upto) <= BEYOND
