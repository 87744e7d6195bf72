from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.store.timeline_window import Finder, Window, window
from mogplex_contracts.state.timeline import CHUNK_ENTRIES, Timeline, TimelineEntry


def entry(index: int) -> TimelineEntry:
    return TimelineEntry(index=index, seq=index + 1, ts="", kind="tool", subject=f"file {index}")


def timeline(first: int, end: int) -> Timeline:
    starts = range(first, end, CHUNK_ENTRIES)
    chunks = (tuple(map(entry, range(start, min(start + CHUNK_ENTRIES, end)))) for start in starts)
    return Timeline(count=end, chunks=tuple(chunks))


def walked(shown: Window) -> list[int]:
    places, place = [], shown.after(-1)
    while place is not None:
        places.append(place)
        place = shown.after(place)
    return places


@given(
    st.lists(st.integers(1, 140), min_size=1, max_size=3),
    st.lists(st.integers(0, 12), min_size=3, max_size=3),
    st.integers(0, 3),
    st.integers(1, 5),
)
def test_down_and_up_pass_the_same_entries_and_gaps(
    sizes: list[int], gaps: list[int], writing: int, every: int
) -> None:
    timelines, at = [], 0
    for size, gap in zip(sizes, gaps, strict=False):
        timelines.append(timeline(at + gap, at + gap + size))
        at += gap + size
    grown = tuple(entry(at + place) for place in range(writing))
    shown = window(timelines, grown, Finder(lambda each: each.index % every == 0))
    places = walked(shown)
    back, place = [], shown.last
    while place is not None:
        back.append(place)
        place = shown.before(place)
    assert places == sorted(back) and len(set(places)) == len(places)
    at_hand = [index for each in timelines for index in range(each.first, each.count)]
    wanted = [index for index in at_hand if index % every == 0] + [each.index for each in grown]
    assert [index for index in places if shown.get(index) is not None] == wanted
    assert sum(shown.get(index) is None for index in places) == sum(map(bool, gaps[: len(sizes)]))


def test_what_a_part_has_twice_stands_once() -> None:
    assert walked(window([timeline(0, 10), timeline(6, 20)])) == list(range(20))


def test_a_chunk_is_looked_at_once() -> None:
    looked: list[int] = []

    def test(each: TimelineEntry) -> bool:
        looked.append(each.index)
        return True

    finder, whole = Finder(test), timeline(0, 12)
    finder.find(whole.chunks)
    finder.find(whole.chunks)
    assert looked == list(range(12))
