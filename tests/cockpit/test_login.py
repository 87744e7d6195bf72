from dataclasses import replace

import pytest

from mogplex_cli.store.selectors.login import select_login
from mogplex_cli.store.state import FoundAgent, FoundKey, SignIn
from mogplex_cli.store.ui_events import DrawerOpened

from . import scenes

NOBODY = replace(scenes.DEMO, harness="", model=None)
SOMETHING = replace(
    NOBODY,
    sign_in=SignIn(
        (
            FoundAgent("codex", "Codex", "/usr/bin/codex", "codex"),
            FoundAgent("opencode", "OpenCode", "/usr/bin/opencode", "acp:opencode"),
        ),
        (FoundKey("Anthropic", "ANTHROPIC_API_KEY", "anthropic/claude-sonnet-4-5"),),
    ),
)
OPEN = DrawerOpened("login")


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def at_login(cockpit, session):
    it = cockpit(session=session)
    it.store.apply([OPEN])
    return it


def test_what_is_found_is_offered_and_what_cannot_be_done_says_so(cockpit):
    told = select_login(cockpit(session=SOMETHING).store.state)
    assert [(choice.name, bool(choice.missing)) for choice in told.choices] == [
        ("mogplex", True),
        ("codex", False),
        ("opencode", False),
        ("anthropic_api_key", False),
        ("offline", False),
    ]
    assert told.none_found == ()


def test_what_is_not_found_is_told(cockpit):
    told = select_login(cockpit(session=NOBODY).store.state)
    assert [choice.name for choice in told.choices] == ["mogplex", "offline"]
    assert len(told.none_found) == 2


@pytest.mark.anyio
async def test_enter_begins_with_what_can_be_done(cockpit):
    it = at_login(cockpit, SOMETHING)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        state = it.store.state
        assert (state.session.harness, state.drawer) == ("codex", None)
        await pilot.press(*"/run look", "enter")
        await settle(pilot)
        assert [(sent.type, sent.harness) for sent in it.link.sent] == [("run_start", "codex")]


@pytest.mark.anyio
async def test_a_way_that_is_not_there_yet_is_told_and_nothing_happens(cockpit):
    it = at_login(cockpit, SOMETHING)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("up", "up", "up", "enter")
        await settle(pilot)
        state = it.store.state
        assert state.session.harness == "" and state.drawer is not None
        assert state.notice.text.startswith("signing in with Mogplex is not in this version yet")


@pytest.mark.anyio
async def test_a_key_brings_its_model_and_an_agent_after_it_does_not_keep_it(cockpit):
    it = cockpit(session=SOMETHING)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/login anthropic_api_key", "enter")
        await settle(pilot)
        session = it.store.state.session
        assert (session.harness, session.model) == ("native", "anthropic/claude-sonnet-4-5")
        await pilot.press(*"/login opencode", "enter")
        await settle(pilot)
        session = it.store.state.session
        assert (session.harness, session.model) == ("acp:opencode", None)


@pytest.mark.anyio
async def test_a_configured_model_stays_with_the_first_way_that_is_chosen(cockpit):
    it = cockpit(session=replace(SOMETHING, model="gpt-5.2"))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/login codex", "enter")
        await settle(pilot)
        assert it.store.state.session.model == "gpt-5.2"


@pytest.mark.anyio
async def test_a_click_goes_a_way(cockpit):
    it = at_login(cockpit, SOMETHING)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        ways = it.app.screen.query_one("#login-ways")
        row = next(y for y in range(ways.size.height) if "Look around offline" in ways.render_line(y).text)
        await pilot.click("#login-ways", offset=(60, row))
        await settle(pilot)
        assert it.store.state.session.harness == "demo"


@pytest.mark.anyio
async def test_until_something_is_chosen_no_run_can_start(cockpit):
    it = at_login(cockpit, NOBODY)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press(*"/run look", "enter")
        await settle(pilot)
        assert it.store.state.composer.error == "nothing drives runs yet · /login shows the ways to begin"
        assert it.sent == []


@pytest.mark.anyio
async def test_logout_says_what_is_so_now(cockpit):
    it = cockpit(session=scenes.DEMO)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/logout", "enter")
        await settle(pilot)
        assert it.store.state.notice.text.startswith("signed out")


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (200, 60)])
def test_pictures_of_the_login_screen(size: tuple[int, int], cockpit, snap_compare):
    assert snap_compare(at_login(cockpit, SOMETHING).app, terminal_size=size)


@pytest.mark.anyio
@pytest.mark.parametrize("ways", [1, 4, 9])
async def test_however_many_ways_there_are_each_is_seen_and_can_be_clicked(ways: int, cockpit):
    agents = tuple(
        FoundAgent(f"agent{n}", f"Agent {n}", f"/bin/agent{n}", f"acp:agent{n}") for n in range(ways)
    )
    it = at_login(cockpit, replace(NOBODY, sign_in=SignIn(agents)))
    async with it.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = it.app.screen.query_one("#login-ways")
        text = [shown.render_line(y).text for y in range(shown.size.height)]
        last = next(y for y, row in enumerate(text) if f"Use Agent {ways - 1}" in row)
        assert any("Look around offline" in row for row in text)
        await pilot.click("#login-ways", offset=(20, last))
        await settle(pilot)
        assert it.store.state.session.harness == f"acp:agent{ways - 1}"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_pictures_of_the_keys(size: tuple[int, int], cockpit, snap_compare):
    it = cockpit(scenes.work)
    it.store.apply([DrawerOpened("keys")])
    assert snap_compare(it.app, terminal_size=size)


@pytest.mark.anyio
async def test_after_the_first_choice_the_person_types_the_task(cockpit):
    it = at_login(cockpit, SOMETHING)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert it.app.screen.composer.has_focus_within


@pytest.mark.anyio
async def test_a_slash_goes_from_the_ways_to_the_line(cockpit):
    it = at_login(cockpit, SOMETHING)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"/login opencode", "enter")
        await settle(pilot)
        assert (it.store.state.session.harness, it.store.state.drawer) == ("acp:opencode", None)
