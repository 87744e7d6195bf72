import pytest

from mogplex_contracts.codec import encode
from mogplex_contracts.reduce import replay
from mogplex_daemon.home.archive import Archive

from . import scenes


async def settle(pilot):
    for _ in range(3):
        await pilot.pause()
        working = [worker for worker in pilot.app.workers if worker.group == "actions"]
        if working:
            await pilot.app.workers.wait_for_complete(working)
    await pilot.pause()


def drawn(it, name):
    widget = it.app.screen.query_one(name)
    return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


def footer(it):
    return drawn(it, "#footer")


@pytest.fixture
def traveller(cockpit, tmp_path):
    def build(*parts):
        it = cockpit(*parts)
        events = scenes.scene(*parts)
        journal = tmp_path / "events.jsonl"
        journal.write_bytes(b"".join(encode(event) + b"\n" for event in events))
        it.link.archive = Archive(journal, it.store.state.run.run_id)
        it.events = events
        return it

    return build


@pytest.mark.anyio
async def test_every_panel_shows_the_run_as_it_was_while_it_goes_on(traveller):
    it = traveller(scenes.work, scenes.completes)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.action_invoke("travel", "6")
        await settle(pilot)
        assert it.store.state.past.run == replay(it.events[:6])
        assert "@6 of" in drawn(it, "#past")
        assert it.store.state.run.status == "completed"
        assert "running" in drawn(it, "#header")
        before = drawn(it, "#timeline")
        await pilot.press("right")
        await settle(pilot)
        assert it.store.state.past.seq == 7
        await pilot.press("end")
        await settle(pilot)
        assert drawn(it, "#timeline") != before
        await pilot.press("home")
        await settle(pilot)
        assert it.store.state.past.seq == 1
        await pilot.press("escape")
        await settle(pilot)
        assert it.store.state.past is None
        assert "completed" in drawn(it, "#header")
        assert it.app.focused.id == "editor"


@pytest.mark.anyio
async def test_the_line_has_the_keys_and_the_footer_teaches_them(traveller):
    it = traveller(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert it.app.focused.id == "past"
        assert "50 events" in footer(it)
        await pilot.press("left", "left")
        await settle(pilot)
        assert it.store.state.past.seq == it.store.state.run.last_seq - 3


@pytest.mark.anyio
async def test_nothing_can_be_decided_from_the_past_and_nothing_surfaces_over_it(traveller):
    it = traveller(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.action_invoke("travel", "5")
        await settle(pilot)
        asked = scenes.scene(scenes.work, scenes.asks_patch)[len(it.events) :]
        it.store.apply(asked)
        await settle(pilot)
        assert it.store.state.drawer is None
        assert "approvals" in footer(it)
        it.app.action_invoke("pause")
        await settle(pilot)
        assert it.sent == []
        assert "/live returns to now" in it.store.state.notice.text


@pytest.mark.anyio
async def test_a_click_on_the_track_goes_there(traveller):
    it = traveller(scenes.work, scenes.completes)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.action_invoke("travel", "1")
        await settle(pilot)
        row = drawn(it, "#past")
        await pilot.click("#past", offset=(row.rindex("─"), 0))
        await settle(pilot)
        assert it.store.state.past.seq == it.store.state.run.last_seq


@pytest.mark.anyio
async def test_another_run_ends_the_journey(traveller):
    it = traveller(scenes.work, scenes.completes)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.action_invoke("travel", "5")
        await settle(pilot)
        it.app.action_invoke("run", "something else")
        await settle(pilot)
        assert it.store.state.notice is not None
        it.app.action_invoke("live")
        it.app.action_invoke("run", "something else")
        await settle(pilot)
        assert it.store.state.past is None
        assert it.sent == ["run_start"]


@pytest.mark.anyio
async def test_what_cannot_be_looked_up_is_said(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.action_invoke("travel", "5")
        await settle(pilot)
        assert "nothing can be looked up" in it.store.state.notice.text
        assert it.store.state.past is None


@pytest.mark.anyio
async def test_export_opens_its_drawer_and_tells_what_became_of_it(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.action_invoke("export")
        await settle(pilot)
        assert "markdown" in drawn(it, "#export-choices")
        await pilot.press("up", "right", "enter")
        await settle(pilot)
        assert it.store.state.export.what == "jsonl, timeline"
        assert "not exported" in drawn(it, "#export-choices")
