"""Cost, Model Picker, MCP and Memory: what they are told, what their keys do, how they look."""

import pytest

from mogplex_cli.model_catalog import parse
from mogplex_cli.store.offers import ModelCatalog, OfferedModel, Remembered, RepositoryMemory
from mogplex_cli.store.selectors.cost import select_cost
from mogplex_cli.store.selectors.mcp_detail import select_mcp_detail
from mogplex_cli.store.selectors.memory import select_memory
from mogplex_cli.store.selectors.models import select_models
from mogplex_cli.store.ui_events import DrawerOpened, ModelsRead, RepositoryMemoryRead
from mogplex_contracts.events.mcp import McpServerChanged, McpTool
from mogplex_contracts.events.memory import MemoryDeleted
from mogplex_contracts.events.usage import UsageReported, UsageThresholdCrossed

from . import scenes

CATALOG = ModelCatalog(
    (
        OfferedModel("anthropic/haiku-4.5", "Haiku 4.5", "anthropic", 200_000, 1.0, 5.0),
        OfferedModel("anthropic/opus-4.7", "Opus 4.7", "anthropic", 1_000_000, 5.0, 25.0),
        OfferedModel("openai/gpt-5.5", "GPT-5.5", "openai", 400_000, None, None),
        OfferedModel("local/qwen3-coder", "", "local", None, 0.0, 0.0),
    ),
    disabled=2,
)
NOTES = RepositoryMemory(
    "acme-web",
    (
        Remembered(
            "auth", "auth uses bearer tokens", "run_1v8x4q0000aa", "agt_a", "2025-12-30T09:12:00.000Z"
        ),
        Remembered(
            "deploy/order",
            "The API is deployed before the web app, because the app reads /version at its start.",
            "run_1v8x4q0000ab",
            "agt_b",
            "2025-12-28T16:40:00.000Z",
        ),
    ),
)


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def servers(script):
    """One server fails, one offers tools."""
    script.at(
        10,
        McpServerChanged,
        server="sentry",
        status="unavailable",
        error="its process ended before it answered",
        stderr="npm error code E401\nnpm error Unable to authenticate, your token has expired\n",
        exit_code=1,
        source="~/.mogplex/config.toml",
    )
    script.at(
        11,
        McpServerChanged,
        server="linear",
        status="ready",
        tools=("list_issues", "get_issue"),
        source="account",
        link="https://mogplex.com/web/settings",
        described=(
            McpTool(
                name="list_issues",
                description="List the issues of a team, newest first.",
                input_schema={
                    "type": "object",
                    "properties": {"team": {"type": "string"}, "limit": {"type": "integer"}},
                    "required": ["team"],
                },
            ),
        ),
    )


def spends(script):
    """Several calls, one without a price, and a limit that comes near."""
    for second, (agent, tokens, cost) in enumerate(
        (
            (scenes.ATLAS, 9200, 1.4),
            (scenes.FORGE, 4100, 0.62),
            (scenes.ATLAS, 12800, 1.9),
            (scenes.PROBE, 800, 0.02),
        )
    ):
        script.at(
            50 + second,
            UsageReported,
            agent_id=agent,
            input_tokens=tokens,
            output_tokens=tokens // 8,
            cache_read_tokens=tokens // 2,
            reasoning_tokens=tokens // 20,
            cost_usd=cost,
            context_used=tokens * 9,
            context_window=200_000,
        )
    script.at(55, UsageThresholdCrossed, kind="cost_usd", value=4.25, limit=5.0, severity="soft")


def state_of(*parts, events=(), **how):
    store = scenes.store_of(scenes.scene(*parts) if parts else (), **how)
    store.apply(events)
    return store.state


# Cost


def test_an_agent_that_told_nothing_is_counted_and_not_shown_as_zero():
    props = select_cost(state_of(scenes.work))
    assert props.not_reporting == 1
    assert [row.usage is None for row in props.rows] == [False, False, False, True]
    assert props.total.usage.cost_usd == pytest.approx(0.31)


def test_a_limit_says_where_it_stands_and_labels_its_projection():
    (limit,) = select_cost(state_of(scenes.work, spends)).limits
    assert (limit.used, limit.limit, limit.severity) == ("$4.25", "$5.00", "soft")
    assert limit.projection == "about 1 more model call at the average so far"


def test_nothing_is_projected_while_a_part_has_no_price():
    unpriced = UsageReported(run_id=scenes.RUN_ID, seq=98, agent_id=scenes.FORGE, input_tokens=10)
    (limit,) = select_cost(state_of(scenes.work, spends, events=[unpriced])).limits
    assert limit.projection == ""


def test_waiting_for_a_person_is_told_apart_from_work():
    rows = select_cost(state_of(scenes.asks_patch, seconds=100.2)).rows
    forge = next(row for row in rows if row.name == "forge")
    assert (forge.worked_s, forge.waited_s) == (36, 60)


@pytest.mark.anyio
async def test_two_presses_of_plus_raise_the_nearest_limit(cockpit):
    it = cockpit(scenes.work, spends)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/cost", "enter")
        await settle(pilot)
        await pilot.press("plus")
        await settle(pilot)
        assert it.sent == []
        await pilot.press("plus")
        await settle(pilot)
        assert [sent.limits.max_cost_usd for sent in it.link.sent] == [7.5]


# Models


def test_models_in_use_are_offered_without_any_catalog():
    props = select_models(state_of(scenes.work))
    assert [row.slug for row in props.rows] == ["opus-4.7", "sonnet-4.6", "haiku-4.5"]
    assert "no synced catalog" in props.hint
    assert [row.input_usd for row in props.rows] == [None, None, None]


def test_the_catalog_leaves_out_what_is_switched_off_or_gone():
    catalog = parse(
        [
            {"id": "p/a", "is_available": True, "pricing": {"input": "0.000003", "output": 0.000015}},
            {"id": "p/b", "is_available": False},
            {"id": "p/c", "is_available": True, "is_enabled": False},
            {"name": "nothing"},
            7,
        ]
    )
    assert [(model.slug, model.provider, model.input_usd, model.output_usd) for model in catalog.models] == [
        ("p/a", "p", 3.0, 15.0)
    ]
    assert catalog.disabled == 1


@pytest.mark.anyio
async def test_choosing_mid_run_asks_the_run(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([ModelsRead(CATALOG), DrawerOpened("model")])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"gpt", "enter")
        await settle(pilot)
        assert [(sent.type, sent.model) for sent in it.link.sent] == [("model_change", "openai/gpt-5.5")]
        assert it.store.state.drawer is None


@pytest.mark.anyio
async def test_before_a_run_the_choice_is_for_the_next_one(cockpit):
    it = cockpit()
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/model some-new-model", "enter")
        await settle(pilot)
        assert it.sent == []
        assert it.store.state.session.model == "some-new-model"
        await pilot.press(*"mend it", "enter")
        await settle(pilot)
        assert it.link.sent[0].model == "some-new-model"


@pytest.mark.anyio
async def test_a_slug_that_is_listed_nowhere_is_taken_as_typed(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([ModelsRead(CATALOG), DrawerOpened("model")])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"acme/zebra", "enter")
        await settle(pilot)
        assert [sent.model for sent in it.link.sent] == ["acme/zebra"]


# MCP


def test_a_server_in_trouble_says_why_and_comes_first():
    props = select_mcp_detail(state_of(servers))
    assert props.first == "sentry"
    sentry = next(each for each in props.servers if each.name == "sentry")
    assert (sentry.exit_code, sentry.stderr[-1]) == (
        1,
        "npm error Unable to authenticate, your token has expired",
    )


def test_arguments_of_a_tool_are_read_from_its_schema():
    linear = next(each for each in select_mcp_detail(state_of(servers)).servers if each.name == "linear")
    assert linear.tools[0].arguments == (("team", "string", True), ("limit", "integer", False))
    assert [tool.name for tool in linear.tools] == ["list_issues", "get_issue"]


@pytest.mark.parametrize("schema", [{"properties": 3}, {"properties": {"a": None}, "required": "a"}])
def test_a_schema_that_is_none_is_no_harm(schema):
    odd = McpServerChanged(
        run_id=scenes.RUN_ID,
        seq=99,
        server="odd",
        status="ready",
        link="file:///etc/passwd",
        described=(McpTool(name="t", input_schema=schema),),
    )
    odd_row = select_mcp_detail(state_of(servers, events=[odd])).servers[-1]
    assert odd_row.tools[0].name == "t"
    assert odd_row.link == ""


@pytest.mark.anyio
async def test_r_connects_the_selected_server_anew(cockpit):
    it = cockpit(servers)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/mcp", "enter")
        await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert [(sent.type, sent.server) for sent in it.link.sent] == [("mcp_reconnect", "sentry")]


@pytest.mark.anyio
async def test_a_click_on_the_strip_opens_the_servers(cockpit):
    it = cockpit(servers)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.click("Mcp", offset=(20, 0))
        await settle(pilot)
        assert it.store.state.drawer.name == "mcp"


# Memory


def test_what_this_run_wrote_stands_first_and_is_marked():
    props = select_memory(state_of(scenes.work, events=[RepositoryMemoryRead(NOTES)]))
    assert [(row.key, row.written, row.read) for row in props.rows] == [
        ("tests", True, False),
        ("auth", False, True),
        ("deploy/order", False, False),
    ]


def test_a_deleted_entry_leaves_the_list():
    gone = MemoryDeleted(run_id=scenes.RUN_ID, seq=99, key="deploy/order")
    props = select_memory(state_of(scenes.work, events=[RepositoryMemoryRead(NOTES), gone]))
    assert "deploy/order" not in [row.key for row in props.rows]


def test_the_memory_of_another_repository_is_not_shown():
    other = RepositoryMemory("other", NOTES.entries)
    assert len(select_memory(state_of(scenes.work, events=[RepositoryMemoryRead(other)])).rows) == 2


@pytest.mark.anyio
async def test_deleting_takes_two_presses_and_goes_to_the_run(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([RepositoryMemoryRead(NOTES), DrawerOpened("memory")])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"deploy", "delete")
        await settle(pilot)
        assert it.sent == []
        await pilot.press("delete")
        await settle(pilot)
        assert [(sent.type, sent.key) for sent in it.link.sent] == [("memory_delete", "deploy/order")]


@pytest.mark.anyio
async def test_another_entry_must_be_asked_for_anew(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([RepositoryMemoryRead(NOTES), DrawerOpened("memory")])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("delete", "down", "delete")
        await settle(pilot)
        assert it.sent == []


@pytest.mark.anyio
async def test_without_a_run_nothing_is_deleted_and_it_says_why(cockpit):
    it = cockpit()
    it.store.apply([RepositoryMemoryRead(NOTES), DrawerOpened("memory")])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press("delete", "delete")
        await settle(pilot)
        assert it.sent == []
        assert "the gate of a run" in it.store.state.notice.text


# Pictures


def snap(cockpit, snap_compare, name, *parts, size=(140, 40), after=(), press=(), argument="", **how):
    it = cockpit(*parts, **how)
    it.store.apply([*after, DrawerOpened(name, argument)])
    return snap_compare(it.app, terminal_size=size, press=press)


SIZES = [(80, 24), (140, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_cost(cockpit, snap_compare, size):
    assert snap(cockpit, snap_compare, "cost", scenes.work, spends, scenes.asks_patch, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_models(cockpit, snap_compare, size):
    assert snap(cockpit, snap_compare, "model", scenes.work, after=[ModelsRead(CATALOG)], size=size)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_mcp(cockpit, snap_compare, size):
    assert snap(cockpit, snap_compare, "mcp", servers, size=size)


def test_picture_of_the_tools_of_a_server(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, "mcp", servers, argument="linear", press=("enter",))


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_memory(cockpit, snap_compare, size):
    after = [RepositoryMemoryRead(NOTES)]
    assert snap(
        cockpit, snap_compare, "memory", scenes.work, after=after, size=size, press=("down", "delete")
    )


@pytest.mark.parametrize("name", ["cost", "model", "mcp", "memory"])
def test_picture_of_nothing_yet(cockpit, snap_compare, name):
    assert snap(cockpit, snap_compare, name, size=(100, 30))
