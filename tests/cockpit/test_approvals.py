import pytest

from mogplex_cli.cockpit.drawers.approval import Queue
from mogplex_cli.store.ui_events import ComposerEdited
from mogplex_contracts.commands.approval import ApprovalChoice
from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.events.link import CommandRejected

from . import scenes


def resolved(approval_id: str, seq: int) -> ApprovalResolved:
    return ApprovalResolved(
        run_id=scenes.RUN_ID,
        seq=seq,
        approval_id=approval_id,
        decision="approved",
        action="apply_patch",
        target="src/auth.ts",
        risk="medium",
        tool="apply_patch",
        agent_id=scenes.FORGE,
    )


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


@pytest.mark.anyio
async def test_the_drawer_opens_by_itself_and_has_the_keys(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        assert it.app.focused.id == "drawer"


@pytest.mark.anyio
async def test_the_focus_never_leaves_a_line_being_typed(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("h", "i")
        await settle(pilot)
        script = scenes.Script()
        script._seq = it.store.state.run.last_seq
        scenes.asks_delete(script)
        it.store.apply(script.events)
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        assert (it.app.focused.id, it.typed, it.sent) == ("editor", "hia", [])
        assert it.store.state.drawer is None


@pytest.mark.anyio
async def test_a_drawer_that_surfaces_over_a_line_the_state_does_not_know_yet_leaves_the_focus(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("h")
        await settle(pilot)
        it.store.apply([ComposerEdited(True)])
        script = scenes.Script()
        script._seq = it.store.state.run.last_seq
        scenes.asks_patch(script)
        it.store.apply(script.events)
        await settle(pilot)
        assert it.app.focused.id == "editor"


@pytest.mark.anyio
async def test_keys_decide_nothing_before_350_ms_and_each_one_restarts_the_wait(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(0.3)
        await pilot.press("a")
        it.clock.pass_by(0.3)
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []
        it.clock.pass_by(0.351)
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == ["approval_decide"]
        assert it.link.sent[0].choices == (ApprovalChoice(approval_id="apr_patch", digest="d1"),)


@pytest.mark.anyio
async def test_a_key_pressed_before_the_request_was_shown_does_not_decide_it_however_late_it_is_heard(
    cockpit,
):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(2)
        it.late = 2.0
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []
        it.clock.pass_by(2)
        it.late = 1.0
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == ["approval_decide"]


@pytest.mark.anyio
async def test_the_keys_look_dead_as_soon_as_something_else_has_the_focus(cockpit):
    it = cockpit(scenes.asks_patch, scenes.asks_command)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        queue = it.app.screen.query_one(Queue)
        while not queue.props.armed:  # A timer of the real clock lights them.
            await pilot.pause()
        await pilot.press("f2")
        await settle(pilot)
        assert not queue.props.armed


@pytest.mark.anyio
async def test_the_wait_starts_again_when_the_item_under_the_cursor_changes(cockpit):
    it = cockpit(scenes.asks_patch, scenes.asks_command)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("down", "r")
        await settle(pilot)
        assert it.sent == []
        it.clock.pass_by(1)
        await pilot.press("r")
        await settle(pilot)
        assert [(sent.decision, sent.choices[0].approval_id) for sent in it.link.sent] == [
            ("reject", "apr_command")
        ]


@pytest.mark.anyio
async def test_the_wait_starts_again_when_another_client_decides_the_selected_item(cockpit):
    it = cockpit(scenes.asks_patch, scenes.asks_command)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        it.store.apply([resolved("apr_patch", it.store.state.run.last_seq + 1)])
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []


@pytest.mark.anyio
async def test_a_rejection_says_why_and_letters_of_it_decide_nothing(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("n", *"raa a")
        await settle(pilot)
        assert it.sent == []
        await pilot.press("enter")
        await settle(pilot)
        assert [(sent.decision, sent.note) for sent in it.link.sent] == [("reject", "raa a")]
        assert it.app.focused.id == "drawer"


@pytest.mark.anyio
async def test_escape_leaves_the_words_of_a_rejection_with_nothing_decided(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("n", *"no", "escape")
        await settle(pilot)
        assert (it.sent, it.app.focused.id) == ([], "drawer")
        it.clock.pass_by(1)
        await pilot.press("n", "enter")
        await settle(pilot)
        assert [sent.note for sent in it.link.sent] == [""]


@pytest.mark.anyio
async def test_words_for_one_item_never_become_those_of_another(cockpit):
    it = cockpit(scenes.asks_patch, scenes.asks_command)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("n", *"not this")
        it.store.apply([resolved("apr_patch", it.store.state.run.last_seq + 1)])
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert it.sent == []
        assert it.app.focused.id == "drawer"


@pytest.mark.anyio
async def test_a_high_risk_takes_a_second_press(cockpit):
    it = cockpit(scenes.asks_delete)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == ["approval_decide"]


@pytest.mark.anyio
async def test_moving_away_forgets_the_first_press(cockpit):
    it = cockpit(scenes.asks_delete, scenes.asks_command)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a", "down", "up")
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []


@pytest.mark.anyio
async def test_a_decided_item_waits_for_its_host_and_is_not_decided_twice(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        await pilot.press("a", "r")
        await settle(pilot)
        assert (it.sent, it.store.state.deciding["apr_patch"].decision) == (["approval_decide"], "approve")


@pytest.mark.anyio
async def test_a_refused_decision_brings_the_item_back_with_the_reason(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        it.store.apply(
            [CommandRejected(command_id=it.link.sent[0].id, code="stale", reason="grace was first")]
        )
        await settle(pilot)
        assert (it.store.state.deciding, it.store.state.notice.text) == ({}, "grace was first")


@pytest.mark.anyio
async def test_a_decision_that_cannot_be_sent_leaves_the_item_waiting(cockpit):
    it = cockpit(scenes.asks_patch)
    it.link.broken = "the run host is gone"
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert (it.store.state.deciding, it.store.state.notice.text) == ({}, "the run host is gone")


@pytest.mark.anyio
async def test_the_drawer_closes_when_nothing_waits_and_the_person_types_again(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.store.apply([resolved("apr_patch", it.store.state.run.last_seq + 1)])
        await settle(pilot)
        assert (it.store.state.drawer, it.app.focused.id) == (None, "editor")


@pytest.mark.anyio
async def test_escape_closes_and_ctrl_o_opens_again_even_over_a_typed_line(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert it.app.focused.id == "editor"
        await pilot.press("h", "ctrl+o")
        await settle(pilot)
        assert it.app.focused.id == "drawer"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "line", ["what about a test", "/run audit", "ok, approved already", "have a look", "let it"]
)
async def test_a_line_begun_while_the_drawer_has_the_keys_decides_nothing(cockpit, line):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        assert it.app.focused.id == "drawer"
        it.clock.pass_by(1)
        await pilot.press(*line[:3])
        it.clock.pass_by(1)
        await pilot.press(*line[3:])
        await settle(pilot)
        assert (it.typed, it.app.focused.id, it.sent) == (line, "editor", [])
