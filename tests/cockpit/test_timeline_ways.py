"""Ways through the timeline: search, filter, ranges, jumps, what is opened in place, and what is fetched again."""

import pytest

from mogplex_cli.store.ui_events import TimelinePointed
from mogplex_contracts.codec import encode
from mogplex_contracts.events.tool import ToolStarted
from mogplex_daemon.home.archive import Archive

from . import scenes


async def settle(pilot):
    for _ in range(3):
        await pilot.pause()
        working = [worker for worker in pilot.app.workers if worker.group == "actions"]
        if working:
            await pilot.app.workers.wait_for_complete(working)
    await pilot.pause()


def rows(it, name="#timeline"):
    widget = it.app.screen.query_one(name)
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def selected(it):
    return [row for row in rows(it) if row.startswith("▌")]


def reads(first, count):
    return [
        ToolStarted(
            run_id=scenes.RUN_ID,
            seq=seq,
            ts="2026-01-01T12:06:00.000Z",
            call_id=f"call_{seq}",
            agent_id=scenes.ATLAS,
            tool="read_file",
            action="read",
            target=f"src/file_{seq}.ts",
        )
        for seq in range(first, first + count)
    ]


@pytest.mark.anyio
async def test_a_search_goes_from_the_newest_match_to_the_older_ones_and_back(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(reads(it.store.state.run.last_seq + 1, 30))
        await pilot.press("f3", "slash")
        await settle(pilot)
        await pilot.press(*"FILE_", "enter")
        await settle(pilot)
        assert "find “FILE_” 30 of 30" in rows(it)[0]
        newest = selected(it)
        await pilot.press("n", "n")
        await settle(pilot)
        assert "28 of 30" in rows(it)[0]
        await pilot.press("N", "N")
        await settle(pilot)
        assert selected(it) == newest
        await pilot.press("N")
        await settle(pilot)
        assert "no match further" in it.store.state.notice.text
        await pilot.press("escape")
        await settle(pilot)
        assert it.store.state.view.search == "" and it.app.focused.id == "timeline"


@pytest.mark.anyio
async def test_an_entry_that_a_search_opened_closes_when_it_goes_on(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        # It stands in what a command wrote, which is folded.
        it.app.action_invoke("find", "passed")
        await settle(pilot)
        opened = selected(it)
        assert any("passed" in row for row in opened)
        it.app.action_invoke("find", "review the staged diff")
        await settle(pilot)
        assert "review the staged diff" in selected(it)[0]
        assert not [row for row in rows(it) if row.endswith("▾")]


@pytest.mark.anyio
async def test_a_filter_shows_only_what_passes_and_says_so(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "f3", "f")
        await settle(pilot)
        await pilot.press(*"kind:patch", "enter")
        await settle(pilot)
        assert "only kind:patch 1" in rows(it)[0]
        assert [row for row in rows(it)[1:] if row] and all("patch" in row for row in rows(it)[1:] if row)
        await pilot.press("escape")
        await settle(pilot)
        assert "only" not in rows(it)[0]


@pytest.mark.anyio
async def test_what_is_no_filter_is_told_where_it_is_typed_and_filters_nothing(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "f")
        await settle(pilot)
        await pilot.press(*"kind:ptch", "enter")
        await settle(pilot)
        assert "did you mean kind:patch?" in str(it.app.screen.query_one("#find-hint").render())
        assert it.app.focused.id == "find-input" and not it.store.state.view.filter
        await pilot.press("escape")
        await settle(pilot)
        assert it.app.focused.id == "timeline"


@pytest.mark.anyio
async def test_one_key_turns_through_the_usual_filters(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "F", "F")
        await settle(pilot)
        assert it.store.state.view.filter.text == "kind:tool"


@pytest.mark.anyio
async def test_a_range_is_copied_to_a_file_that_is_named(cockpit):
    saved = []

    def save(run_id, text):
        saved.append((run_id, text))
        return "/home/ada/copy.txt"

    it = cockpit(scenes.work, save_copy=save)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "up", "v", "up", "up")
        await settle(pilot)
        assert "3 entries selected" in rows(it)[0]
        await pilot.press("Y")
        await settle(pilot)
        assert "wrote 3 entries" in it.store.state.notice.text
        assert "/home/ada/copy.txt" in it.store.state.notice.text
    ((run_id, text),) = saved
    assert run_id == scenes.RUN_ID and text.count("\n\n[") == 2


@pytest.mark.anyio
async def test_a_file_that_cannot_be_written_is_told(cockpit):
    def save(run_id, text):
        raise OSError(28, "No space left on device", "/home/ada/copy.txt")

    it = cockpit(scenes.work, save_copy=save)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "up", "Y")
        await settle(pilot)
        assert it.store.state.notice.text == "not copied: /home/ada/copy.txt: No space left on device"


@pytest.mark.anyio
async def test_space_opens_an_entry_where_it_stands_and_closes_it(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        index = next(each.index for each in it.store.state.run.timeline.entries() if each.kind == "patch")
        await settle(pilot)
        await pilot.press("escape", "f3")
        it.store.apply([TimelinePointed(index)])
        await settle(pilot)
        closed = rows(it)
        await pilot.press("space")
        await settle(pilot)
        assert any("headers().get" in row and "+" in row for row in selected(it))
        await pilot.press("space")
        await settle(pilot)
        assert rows(it) == closed


@pytest.mark.anyio
async def test_the_jump_list_leads_to_a_prompt(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "f3", "o")
        await settle(pilot)
        listed = rows(it, "#jump-list")
        assert "waits" in listed[2] and "review the staged diff" in "".join(listed)
        await pilot.press("pagedown", "enter")
        await settle(pilot)
        assert it.store.state.drawer is None
        assert "review the staged diff" in selected(it)[0]


@pytest.mark.anyio
async def test_brackets_go_from_mark_to_mark(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "f3")
        await settle(pilot)
        await pilot.press("left_square_bracket")
        await settle(pilot)
        assert "approval" in selected(it)[0]
        await pilot.press("left_square_bracket")
        await settle(pilot)
        assert "review the staged diff" in selected(it)[0]
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert "approval" in selected(it)[0]


@pytest.mark.anyio
async def test_entries_that_left_the_window_come_again(cockpit, tmp_path):
    it = cockpit(scenes.work)
    more = reads(it.store.state.run.last_seq + 1, 3_000)
    journal = tmp_path / "events.jsonl"
    journal.write_bytes(b"".join(encode(event) + b"\n" for event in (*scenes.scene(scenes.work), *more)))
    it.link.archive = Archive(journal, scenes.RUN_ID)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply(more)
        await pilot.press("f3", "home")
        await settle(pilot)
        assert it.store.state.view.older.first == 0
        await pilot.press("home")
        await settle(pilot)
        assert "review the staged diff" in rows(it)[1]
        await pilot.press("end")
        await settle(pilot)
        assert "src/file_" in rows(it)[-1] and "follow" in rows(it)[0]


@pytest.mark.anyio
async def test_a_message_that_is_written_shows_its_end_and_then_all_of_it(cockpit):
    it = cockpit(scenes.work, scenes.streams)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        assert it.store.state.run.live.messages
        assert any("▍" in row for row in rows(it))
