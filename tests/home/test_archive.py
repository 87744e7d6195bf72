import json
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.entry_query import EntryQuery
from mogplex_contracts.events import Event
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_contracts.state.timeline import CHUNK_ENTRIES, TimelineEntry
from mogplex_daemon.home.archive import BEHIND, BEYOND, STEP_ENTRIES, Archive
from mogplex_daemon.home.kept_states import MOST_STATES, KeptStates

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


def looked_through(archive: Archive, query: EntryQuery) -> tuple[list[TimelineEntry], int]:
    """What all steps together find, and the index up to which they looked."""
    found, seq, more, first = [], 0, True, 0
    while more:
        entries, state, more = archive.find(query, seq)
        assert len(entries) < STEP_ENTRIES + CHUNK_ENTRIES
        found.extend(entries)
        seq, first = state.last_seq, state.timeline.first
    return found, first


def test_a_search_finds_the_word_said_at_the_start_and_every_other_entry_once(tmp_path: Path) -> None:
    archive = write(tmp_path / "j", journal(9_500))
    found, first = looked_through(archive, EntryQuery(text="WORD 77"))
    assert first > 8_000
    assert [entry.index for entry in found] == [
        number - 1 for number in range(2, first + 1) if f"word {number}".startswith("word 77")
    ]
    assert found[0].seq == 77 and found[0].detail == ""


def test_what_is_still_in_the_window_is_not_told_since_it_may_change(tmp_path: Path) -> None:
    archive = write(tmp_path / "j", journal(500))
    assert looked_through(archive, EntryQuery(text="word")) == ([], 0)


def test_a_step_that_finds_much_ends_early_and_the_next_goes_on_behind_it(tmp_path: Path) -> None:
    archive = write(tmp_path / "j", journal(5_000))
    found, first = looked_through(archive, EntryQuery(text="word"))
    assert [entry.index for entry in found] == list(range(1, first))


@cache
def found_alone(path: Path, query: EntryQuery) -> list[int]:
    return [entry.index for entry in looked_through(Archive(path, RUN), query)[0]]


@settings(max_examples=10, deadline=None)
@given(turns=st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_searches_side_by_side_find_what_each_finds_alone(tmp_path_factory, turns: list[int]) -> None:
    path = tmp_path_factory.getbasetemp() / "side.jsonl"
    archive = Archive(path, RUN) if path.exists() else write(path, journal(12_000))
    queries = [EntryQuery(text=text) for text in ("word 11", "word 5", "word 99")]
    alone = [found_alone(path, each) for each in queries]
    places, found = [0, 0, 0], [[], [], []]
    for turn in turns:
        entries, state, _ = archive.find(queries[turn], places[turn])
        places[turn] = state.last_seq
        found[turn] += [entry.index for entry in entries]
    assert all(whole[: len(part)] == part for part, whole in zip(found, alone, strict=True))


def test_the_states_that_are_kept_are_few_however_long_the_journal_is(tmp_path: Path) -> None:
    states = KeptStates()
    for seq in range(1, 400_000, 500):
        states.offer(RunState(run_id=RUN, last_seq=seq))
    assert len(states) <= MOST_STATES
    assert 300_000 < states.at_or_before(399_999).last_seq <= 399_999
    assert states.at_or_before(0) == RunState()
