"""A search goes on into the journal: what is found, what is told of how far it came, and how it is stopped."""

import anyio
import pytest
from textual.events import Key

from mogplex_contracts.codec import encode
from mogplex_contracts.events.message import UserMessage
from mogplex_daemon.home.archive import Archive

from . import scenes
from .test_timeline_ways import reads, rows, selected, settle

MANY = 3_000


@pytest.fixture
def long_run(cockpit, tmp_path):
    """A run of some thousand entries, of which a word was said in a few."""

    def build(*said):
        it = cockpit(scenes.work)
        first = it.store.state.run.last_seq + 1
        more = reads(first, MANY)
        for place in said:
            more[place] = UserMessage(
                run_id=scenes.RUN_ID,
                seq=first + place,
                ts=more[place].ts,
                message_id=f"msg_{place}",
                text=f"a word of Zanzibar {place}",
            )
        journal = tmp_path / "events.jsonl"
        journal.write_bytes(b"".join(encode(event) + b"\n" for event in (*scenes.scene(scenes.work), *more)))
        it.link.archive = Archive(journal, scenes.RUN_ID)
        it.more = more
        return it

    return build


async def look_for(pilot, text):
    await pilot.press("f3", "slash")
    await settle(pilot)
    await pilot.press(*text, "enter")
    await settle(pilot)


@pytest.mark.anyio
async def test_a_word_said_at_the_start_is_found_when_nothing_at_hand_has_it(long_run):
    it = long_run(5)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await look_for(pilot, "zanzibar")
        assert "Zanzibar 5" in selected(it)[0]
        assert "find “zanzibar” 1 of 1" in rows(it)[0] and "searched to" not in rows(it)[0]


@pytest.mark.anyio
async def test_enter_typed_right_behind_the_word_looks_for_all_of_it(long_run):
    it = long_run(5)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await pilot.press("f3", "slash")
        await settle(pilot)
        for key in (*"zanzibar", "enter"):
            it.app.post_message(Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        await settle(pilot)
        assert "find “zanzibar” 1 of 1" in rows(it)[0] and it.app.focused.id == "timeline"


@pytest.mark.anyio
async def test_the_counter_says_what_was_not_searched_until_all_of_the_run_was(long_run):
    it = long_run(3, 900, MANY - 20, MANY - 5)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await look_for(pilot, "zanzibar")
        assert "2 of 2+ · searched to @" in rows(it)[0]
        await pilot.press("n")
        await settle(pilot)
        assert "1 of 2+" in rows(it)[0] and not it.link.asked
        await pilot.press("n")
        await settle(pilot)
        assert "Zanzibar 900" in selected(it)[0] and "2 of 4" in rows(it)[0] and "+" not in rows(it)[0]
        await pilot.press("n")
        await settle(pilot)
        assert "Zanzibar 3" in selected(it)[0] and "1 of 4" in rows(it)[0]
        await pilot.press("n")
        await settle(pilot)
        assert it.store.state.notice.text == "no match further"
        for place, said in ((2, 900), (3, MANY - 20), (4, MANY - 5)):
            await pilot.press("N")
            await settle(pilot)
            assert f"Zanzibar {said}" in selected(it)[0] and f"{place} of 4" in rows(it)[0]


@pytest.mark.anyio
async def test_what_is_said_nowhere_is_told_to_be_nowhere(long_run):
    it = long_run()
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await look_for(pilot, "zanzibar")
        assert "find “zanzibar” nowhere" in rows(it)[0]
        assert it.store.state.notice.text == "no match further: the whole run was searched"


@pytest.mark.anyio
async def test_escape_stops_the_search_keeps_what_was_typed_and_n_goes_on(long_run):
    it = long_run(5)
    it.link.answers = anyio.Event()
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await pilot.press("f3", "slash")
        await pilot.pause()
        await pilot.press(*"zanzibar", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "searching @1 of @" in rows(it)[0] and "esc stops" in rows(it)[0]
        await pilot.press("escape")
        await pilot.pause()
        assert "not here · searched to @" in rows(it)[0] and "stops" not in rows(it)[0]
        it.link.answers.set()
        await settle(pilot)
        assert len(it.link.asked) == 1 and not it.store.state.view.searched.found
        assert it.store.state.view.search == "zanzibar" and it.app.focused.id == "timeline"
        await pilot.press("n")
        await settle(pilot)
        assert "Zanzibar 5" in selected(it)[0]


@pytest.mark.anyio
async def test_other_letters_end_the_search_for_the_ones_before(long_run):
    it = long_run(5)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await look_for(pilot, "zanzibar")
        it.app.action_invoke("find", "file_2999")
        await settle(pilot)
        assert it.store.state.view.searched.query is None
        assert "1 of 1+" in rows(it)[0]


@pytest.mark.anyio
async def test_a_search_within_a_filter_finds_what_passes_it(long_run):
    it = long_run(5, 6)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        it.app.action_invoke("filter", "kind:tool")
        await settle(pilot)
        it.app.action_invoke("find", "zanzibar")
        await settle(pilot)
        assert "nowhere" in rows(it)[0]


@pytest.mark.anyio
async def test_a_journal_that_cannot_be_read_is_told(long_run):
    it = long_run(5)
    it.link.archive = None
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await look_for(pilot, "zanzibar")
        assert "nothing can be looked up" in it.store.state.notice.text
        assert not it.store.state.view.searched.going and "searched to @" in rows(it)[0]


@pytest.mark.anyio
async def test_the_jump_list_has_the_prompts_of_the_whole_run(long_run):
    it = long_run(3, 900, MANY - 5)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await pilot.press("f3", "o")
        await settle(pilot)
        listed = rows(it, "#jump-list")
        assert [said for said in (3, 900, MANY - 5) if any(f"Zanzibar {said}" in row for row in listed)] == [
            3,
            900,
            MANY - 5,
        ]
        assert "review the staged diff" in "".join(listed) and "+" not in listed[0]
        assert not any("earlier" in row for row in listed)
        await pilot.press("pagedown", "up", "up", "enter")
        await settle(pilot)
        assert "Zanzibar 3" in selected(it)[0]


@pytest.mark.anyio
async def test_the_jump_list_closed_is_looked_for_no_more(long_run):
    it = long_run(3)
    it.link.answers = anyio.Event()
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(it.more)
        await pilot.press("f3", "o")
        await pilot.pause()
        await pilot.pause()
        assert any("looking through the journal, @1 of" in row for row in rows(it, "#jump-list"))
        await pilot.press("escape")
        it.link.answers.set()
        await settle(pilot)
        assert not it.store.state.view.landmarks.going
