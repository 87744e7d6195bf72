from dataclasses import replace

import pytest

from mogplex_cli.store.state import Drawer
from mogplex_cli.store.ui_events import ConnectionChanged, SessionDescribed
from mogplex_contracts.events.link import RunsListed

from . import scenes
from .runs import BILLING, INSTALL, RUNS, asked

NOMINAL = ConnectionChanged("daemon", "nominal")
LOST = ConnectionChanged("daemon", "reconnect", "the daemon is gone")


PATCH = asked("apr_patch", "medium", "apply_patch", "src/auth.ts", -60, "apply_patch").model_copy(
    update={"detail": scenes.PATCH}
)


def listing(*waiting, **fields):
    """A daemon's list in which one other run waits for these."""
    return RunsListed(command_id="c", runs=(RUNS.runs[0].model_copy(update={"waiting": waiting, **fields}),))


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def drawn(it, name):
    widget = it.app.screen.query_one(name)
    return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


def decided(it):
    return [
        (sent.run_id, sent.decision, sent.choices[0].approval_id)
        for sent in it.link.sent
        if sent.type == "approval_decide"
    ]


@pytest.mark.anyio
async def test_every_connection_to_a_daemon_is_asked_for_its_runs(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        assert it.sent == []
        it.store.apply([NOMINAL])
        await settle(pilot)
        it.store.apply([LOST, NOMINAL])
        await settle(pilot)
        assert it.sent == ["runs_list", "runs_list"]
        assert it.link.sent[0].follow


@pytest.mark.anyio
async def test_enter_on_another_run_attaches_to_it(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, RUNS])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert "NEEDS YOU" in drawn(it, "#run-list") and "unknown" in drawn(it, "#run-list")
        await pilot.press("down", "up", "enter")
        await settle(pilot)
        assert [(sent.type, sent.run_id) for sent in it.link.sent[1:]] == [("attach", BILLING)]
        assert it.store.state.drawer is None


@pytest.mark.anyio
async def test_the_cursor_stays_on_its_run_when_the_list_changes(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, RUNS])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("ctrl+r", "end", "down", "down", "down", "down")
        it.store.apply([RunsListed(command_id="c", runs=tuple(run for run in RUNS.runs if not run.waiting))])
        await settle(pilot)
        assert "▸ ✗ failed" in drawn(it, "#run-list")


@pytest.mark.anyio
async def test_the_inbox_decides_in_the_run_that_asked_with_the_same_care(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, RUNS])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        assert "▸ ▲ HIGH" in drawn(it, "#queue")
        await pilot.press("a")
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert decided(it) == []
        await pilot.press("a")
        await settle(pilot)
        assert decided(it) == [(BILLING, "approve", "apr_migration")]


@pytest.mark.anyio
async def test_the_inbox_shows_the_diff_of_another_run_and_decides_it_there(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, listing(PATCH)])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f6", "d")
        await settle(pilot)
        assert "native in acme-billing" in drawn(it, "#drawer-list")
        assert "export async function requireSession" in drawn(it, "#drawer-list")
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert decided(it) == [(BILLING, "approve", "apr_patch")]
        it.store.apply([listing(INSTALL)])
        await settle(pilot)
        assert it.store.state.drawer == Drawer("inbox")


@pytest.mark.anyio
async def test_a_diff_of_another_run_reads_the_whole_file_in_its_workspace_and_takes_no_comment(
    cockpit, tmp_path
):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/auth.ts").write_text("of the other run")
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, listing(PATCH, cwd=str(tmp_path))])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f6", "d")
        await settle(pilot)
        assert "comment" not in drawn(it, "#footer")
        await pilot.press("w")
        await settle(pilot)
        working = [each for each in it.app.workers if each.group == "actions"]
        if working:
            await it.app.workers.wait_for_complete(working)
        assert it.store.state.whole_file.text == "of the other run"


@pytest.mark.anyio
async def test_t_on_an_item_of_another_run_goes_to_that_run(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, RUNS])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f6", "t")
        await settle(pilot)
        assert [(sent.type, sent.run_id) for sent in it.link.sent[1:]] == [("attach", BILLING)]


@pytest.mark.anyio
async def test_a_key_that_has_nothing_to_act_on_is_not_taught(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([NOMINAL, listing(PATCH, INSTALL)])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        assert "d diff" not in drawn(it, "#footer")
        await pilot.press("down")
        await settle(pilot)
        assert "d diff" in drawn(it, "#footer")


@pytest.mark.anyio
async def test_an_empty_inbox_says_so(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        assert "nothing waits for a decision" in drawn(it, "#queue")
        assert "mogplex-daemon start" in drawn(it, "#queue")


@pytest.mark.anyio
async def test_one_drawer_opens_out_of_another(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        for key, context in (
            ("ctrl+r", "runs"),
            ("f6", "approval"),
            ("f1", "palette"),
            ("ctrl+o", "approval"),
        ):
            await pilot.press(key)
            await settle(pilot)
            assert it.app.screen.query_one("#drawer").context == context
        await pilot.press("ctrl+r", "f6", "escape")
        await settle(pilot)
        assert (it.store.state.drawer, len(it.app.screen.query("#drawer"))) == (None, 0)


@pytest.mark.anyio
async def test_nothing_is_decided_over_a_lost_link_and_the_drawer_says_why(cockpit):
    it = cockpit(scenes.asks_patch)
    it.store.apply([NOMINAL])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.store.apply([LOST])
        it.clock.pass_by(1)
        await pilot.press("a", "r")
        await settle(pilot)
        assert decided(it) == []
        assert "deciding is off while the link is reconnect" in drawn(it, "#queue")
        assert "as of @" in drawn(it, "#timeline") and " ago" in drawn(it, "#agents")
        it.store.apply([NOMINAL])
        it.clock.pass_by(1)
        await pilot.press("r")
        await settle(pilot)
        assert decided(it) == [(scenes.RUN_ID, "reject", "apr_patch")]
        assert "as of @" not in drawn(it, "#timeline")


@pytest.mark.anyio
async def test_an_observer_decides_nothing_and_a_soft_interrupt_stays_here(cockpit):
    it = cockpit(scenes.asks_patch, session=replace(scenes.SESSION, observe=True))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a", "r", "ctrl+c")
        await settle(pilot)
        assert it.sent == []
        assert "only observes" in drawn(it, "#queue")
        assert "observing" in drawn(it, "#header")


@pytest.mark.anyio
async def test_the_header_names_no_model_that_is_not_known(cockpit):
    it = cockpit()
    it.store.apply([SessionDescribed(replace(scenes.SESSION, model=None))])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        assert "model" not in drawn(it, "#header")
