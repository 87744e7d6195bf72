import pytest

from mogplex_cli.cockpit.drawers.agent import AgentListing
from mogplex_cli.store.selectors.agent_detail import select_agent_detail
from mogplex_cli.store.ui_events import DrawerOpened
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned

from . import scenes


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def details(*parts, seconds=83, argument=""):
    store = scenes.store_of(scenes.scene(*parts), seconds=seconds)
    store.apply([DrawerOpened("agent", argument)])
    return select_agent_detail(store.state)


def named(props, name):
    return next(each for each in props.agents if each.card.name == name)


def test_an_agent_has_its_plan_its_calls_and_what_it_did_newest_first():
    props = details(scenes.work, scenes.streams)
    assert next(step.text for step in named(props, "atlas").plan) == "read the staged diff"
    assert [(call.tool, call.target, call.seconds) for call in named(props, "probe").calls] == [
        ("run_command", "pnpm test", 35)
    ]
    recent = named(props, "forge").recent
    assert [line.index for line in recent] == sorted((line.index for line in recent), reverse=True)


def test_what_it_waits_for_stands_with_its_risk_and_the_wait_is_counted():
    forge = named(details(scenes.asks_patch, seconds=52.2), "forge")
    assert [(ask.risk, ask.target) for ask in forge.asks] == [("medium", "src/auth.ts")]
    assert forge.waited_s == 12


def test_an_agent_that_reports_no_usage_is_not_said_to_use_nothing():
    assert named(details(), "scout").tokens is None


def test_one_that_has_ended_cannot_be_interrupted():
    props = details()
    assert not named(props, "scout").can_interrupt
    assert named(props, "forge").can_interrupt


def test_long_names_push_away_neither_role_nor_status():
    def many(script):
        script.at(
            50,
            AgentSpawned,
            agent_id="agt_long",
            number=9,
            name="a-very-long-agent-name",
            role="builder",
            model="anthropic/claude-sonnet-4-6-of-a-long-name",
        )

    rows = AgentListing(None).rows(details(many), "", 80)
    shown = next(row.text for key, row in rows if key == "agt_long")
    assert "a-very-lon… builder" in shown and "starting  " in shown


def test_an_unknown_agent_opens_the_drawer_at_one_that_works():
    assert details(argument="agt_gone").first == scenes.ATLAS


@pytest.mark.anyio
async def test_enter_on_a_card_opens_that_agent_and_x_interrupts_it(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f4", "down", "enter")
        await settle(pilot)
        assert it.store.state.drawer.argument == scenes.FORGE
        await pilot.press("x")
        await settle(pilot)
        assert [(sent.type, sent.agent_id) for sent in it.link.sent] == [("agent_interrupt", scenes.FORGE)]


@pytest.mark.anyio
async def test_ctrl_c_in_the_drawer_interrupts_the_agent_under_the_cursor(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply([DrawerOpened("agent", scenes.ATLAS)])
        await settle(pilot)
        await pilot.press("down", "ctrl+c")
        await settle(pilot)
        assert [(sent.type, sent.agent_id) for sent in it.link.sent] == [("agent_interrupt", scenes.FORGE)]


@pytest.mark.anyio
async def test_enter_leads_to_its_newest_entry_in_the_timeline(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.store.apply([DrawerOpened("agent", scenes.SCOUT)])
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert it.store.state.drawer is None
        assert it.app.screen.focused is it.app.screen.timeline
        await pilot.press("enter")
        await settle(pilot)
        entry = it.store.state.run.timeline.get(int(it.store.state.drawer.argument))
        assert (entry.kind, entry.agent_id) == ("agent", scenes.SCOUT)


@pytest.mark.anyio
async def test_a_card_is_opened_by_a_second_click(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.click("Agents", offset=(4, 6))
        await settle(pilot)
        assert it.store.state.drawer is None
        await pilot.click("Agents", offset=(4, 6))
        await settle(pilot)
        assert it.store.state.drawer.argument == scenes.FORGE


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", ["forge", "2", scenes.FORGE])
async def test_agents_takes_a_name_a_number_or_an_id(cockpit, wanted):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*f"/agents {wanted}".replace("/", "/"), "enter")
        await settle(pilot)
        assert it.store.state.drawer.argument == scenes.FORGE


def test_the_cursor_stays_with_its_agent_when_it_ends(cockpit):
    store = scenes.store_of(scenes.scene(scenes.work))
    store.apply([DrawerOpened("agent", scenes.FORGE)])
    end = AgentFinished(
        run_id=scenes.RUN_ID, seq=99, agent_id=scenes.FORGE, status="failed", summary="the tests fail"
    )
    store.apply([end])
    props = select_agent_detail(store.state)
    assert props.first == scenes.FORGE
    assert named(props, "forge").summary == "the tests fail"


def snap(cockpit, snap_compare, *parts, size=(140, 40), argument="", **how):
    it = cockpit(*parts, **how)
    it.store.apply([DrawerOpened("agent", argument)])
    return snap_compare(it.app, terminal_size=size)


def test_picture_of_an_agent_that_works(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.streams, argument=scenes.PROBE)


def test_picture_of_an_agent_that_waits_at_80(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.asks_patch, argument=scenes.FORGE, size=(80, 24))


def test_picture_of_no_agents(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, size=(100, 30))
