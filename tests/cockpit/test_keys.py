from collections import Counter

import pytest

from mogplex_cli.actions import ACTIONS
from mogplex_cli.cockpit.key_rows import key_rows
from mogplex_cli.cockpit.keymap import CONTEXTS, KEYS, PICKED, UNBOUND, key_of, together
from mogplex_cli.cockpit.panels.footer import Footer
from mogplex_cli.store.selectors.facts import DEFAULT_KEYS
from mogplex_cli.store.selectors.footer import FooterProps
from mogplex_cli.store.ui_events import DrawerClosed, DrawerOpened

from . import scenes


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def test_no_key_means_two_things_in_one_context():
    for context in CONTEXTS:
        keys = Counter(each for key in KEYS if key.context in together(context) for each in key.each)
        assert [key for key, times in keys.items() if times > 1] == []


def test_every_key_leads_to_something():
    assert [key for key in KEYS if "." not in key.does and key.does not in ACTIONS] == []


def test_no_key_stands_where_terminals_or_multiplexers_need_it():
    taken = {"ctrl+b", "ctrl+a", "ctrl+q", "ctrl+s", "ctrl+z"}
    assert [key for key in KEYS if taken & set(key.keys.split(","))] == []


def test_what_names_keys_beside_the_footer_names_the_real_ones():
    assert {action: key_of(action) for action in DEFAULT_KEYS} == DEFAULT_KEYS


def test_every_row_has_a_name_of_its_own():
    names = Counter(key.name for key in (*KEYS, *UNBOUND))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_action_that_can_be_picked_can_be_given_a_key():
    assert tuple(name for name, action in ACTIONS.items() if action.in_palette) == PICKED


def test_the_help_of_the_keys_says_what_each_does():
    assert {row.name for row in key_rows()} == {key.name for key in KEYS}
    assert [row.name for row in key_rows() if not row.says or "_" in row.says] == []


@pytest.mark.anyio
async def test_q_is_a_letter_in_the_composer_and_quits_outside(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("q")
        await settle(pilot)
        assert it.typed == "q"
        await pilot.press("f3", "q")
        await settle(pilot)
    assert it.app.return_code == 0
    assert it.app.return_value == 0


@pytest.mark.anyio
async def test_q_does_not_quit_while_a_drawer_is_open(cockpit):
    it = cockpit(scenes.asks_patch)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("q")
        await settle(pilot)
        assert it.app.is_running and it.store.state.drawer is not None


@pytest.mark.anyio
async def test_one_ctrl_c_warns_and_two_within_1500_ms_leave(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert it.stderr == ["[soft-interrupt]"]
        assert "soft_interrupt" in it.logged
        assert [(sent.type, sent.agent_id) for sent in it.link.sent] == [("agent_interrupt", None)]
        it.clock.pass_by(1.6)
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert it.app.is_running
        it.clock.pass_by(1.4)
        await pilot.press("ctrl+c")
        await settle(pilot)
    assert it.app.return_code == 0
    assert it.app.return_value == 0


@pytest.mark.anyio
async def test_two_ctrl_c_pressed_soon_after_one_another_leave_a_busy_cockpit_too(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("ctrl+c")
        await settle(pilot)
        it.clock.pass_by(3)
        it.late = 2.0
        await pilot.press("ctrl+c")
        await settle(pilot)
    assert it.app.return_value == 0


@pytest.mark.anyio
async def test_ctrl_c_on_an_agents_card_interrupts_that_agent(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f4", "down", "ctrl+c")
        await settle(pilot)
        assert [(sent.type, sent.agent_id) for sent in it.link.sent] == [("agent_interrupt", scenes.FORGE)]


@pytest.mark.anyio
async def test_a_slash_outside_begins_a_command(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f4", "slash")
        await settle(pilot)
        assert (it.app.focused.id, it.typed) == ("editor", "/")


@pytest.mark.anyio
async def test_tab_goes_round(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        seen = []
        for _ in range(3):
            await pilot.press("tab")
            await settle(pilot)
            seen.append(it.app.focused.id)
        assert seen == ["agents", "timeline", "editor"]


def test_the_footer_leaves_out_keys_but_cuts_none():
    footer = Footer()
    for context in ("composer", "timeline", "approval", "runs", "entry"):
        footer.teach(context)
        for width in range(60, 200):
            (row,) = footer.draw(FooterProps(waiting=1, inbox=2, in_step=57), width, 1)
            assert "…" not in row.text
        assert row.text.rstrip().endswith("in step @57")


@pytest.mark.anyio
@pytest.mark.parametrize("drawer", ["cost", "runs", "model", "palette", "login", "approval", "inbox", "diff"])
async def test_no_picture_shows_a_drawer_that_has_not_the_keys(drawer, cockpit):
    it = cockpit(scenes.work, scenes.asks_delete)
    pictures: list[bool] = []
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply([DrawerClosed()])
        await settle(pilot)
        draw = it.app._display

        def display(screen, renderable) -> None:
            drawn = [] if it.app._batch_count else list(it.app.screen.query("#drawer"))
            pictures.extend(each in it.app.focused.ancestors_with_self for each in drawn)
            draw(screen, renderable)

        it.app._display = display
        it.store.apply([DrawerOpened(drawer)])
        await settle(pilot)
        assert pictures and all(pictures)
