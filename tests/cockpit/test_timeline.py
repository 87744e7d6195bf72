import pytest

from mogplex_contracts.events.tool import ToolStarted

from . import scenes


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def more(store, count):
    seq = store.state.run.last_seq
    store.apply(
        ToolStarted(
            run_id=scenes.RUN_ID,
            seq=seq + n,
            ts="2026-01-01T12:06:00.000Z",
            call_id=f"call_more_{seq + n}",
            agent_id=scenes.ATLAS,
            tool="read_file",
            action="read",
            target=f"src/file_{seq + n}.ts",
        )
        for n in range(1, count + 1)
    )


def rows(it):
    timeline = it.app.screen.query_one("#timeline")
    return [timeline.render_line(y).text.rstrip() for y in range(timeline.size.height)]


@pytest.mark.anyio
async def test_it_follows_the_tail(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        more(it.store, 100)
        await settle(pilot)
        last = it.store.state.run.last_seq
        assert "follow" in rows(it)[0]
        assert f"src/file_{last}.ts" in rows(it)[-1]


@pytest.mark.anyio
async def test_scrolled_back_nothing_that_arrives_moves_it(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        more(it.store, 100)
        await pilot.press("f3", "pageup")
        await settle(pilot)
        before = rows(it)[1:]
        more(it.store, 50)
        await settle(pilot)
        assert rows(it)[1:] == before
        assert "50 new below" in rows(it)[0]
        await pilot.press("end")
        await settle(pilot)
        assert "follow" in rows(it)[0]


@pytest.mark.anyio
async def test_standing_on_entries_that_leave_the_window_it_stays_whole(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "home")
        await settle(pilot)
        before = rows(it)[1:]
        more(it.store, 3000)
        await settle(pilot)
        assert it.store.state.run.timeline.first > 0
        # Where the run's entries ended, the new ones follow.
        assert rows(it)[1:20] == before[:19] and "review the staged diff" in before[0]
        assert any("more entries in the journal · pgup fetches them" in row for row in rows(it))


@pytest.mark.anyio
async def test_how_missing_entries_are_fetched_is_told_in_a_narrow_timeline_too(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(120, 60)) as pilot:
        await pilot.press("f3", "home")
        await settle(pilot)
        more(it.store, 3000)
        await settle(pilot)
        assert any("more · pgup fetches them" in row for row in rows(it))


@pytest.mark.anyio
async def test_the_selection_goes_through_everything_and_back_to_the_tail(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        count = it.store.state.run.timeline.count
        for _ in range(count + 3):
            await pilot.press("up")
            await settle(pilot)
            assert any(row.startswith("▌") for row in rows(it))
        assert "review the staged diff" in next(row for row in rows(it) if row.startswith("▌"))
        for _ in range(count):
            await pilot.press("down")
        await settle(pilot)
        assert "follow" in rows(it)[0]


@pytest.mark.anyio
async def test_enter_opens_an_entry_and_escape_goes_back_to_the_timeline(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "up", "enter")
        await settle(pilot)
        assert it.store.state.drawer.name == "entry"
        assert it.app.focused.id == "drawer"
        await pilot.press("escape")
        await settle(pilot)
        assert it.app.focused.id == "timeline"


@pytest.mark.anyio
async def test_a_waiting_approval_opens_where_it_can_be_decided(cockpit):
    it = cockpit(scenes.asks_patch, scenes.asks_delete)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "f3", "up", "enter")
        await settle(pilot)
        assert (it.store.state.drawer.name, it.store.state.drawer.argument) == ("approval", "apr_delete")
