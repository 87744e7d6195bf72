"""Every key a footer teaches is bound where it is taught, and does something there."""

from dataclasses import dataclass
from typing import Any, get_args

import pytest

from mogplex_cli.cockpit.keymap import CONTEXTS, KEYS, Context
from mogplex_cli.cockpit.panels.footer import Footer
from mogplex_cli.store.signing_in import SigningIn
from mogplex_cli.store.state import DrawerName
from mogplex_cli.store.ui_events import (
    ConnectionChanged,
    DecisionNotSent,
    DrawerClosed,
    DrawerOpened,
    HistoryLoaded,
    ModelsRead,
    PastLeft,
    PastOpened,
    PermissionsRead,
    RepositoryMemoryRead,
    RulesOffered,
    SignInTold,
    TimelineSearched,
    WholeFileRead,
)
from mogplex_contracts.permissions import Layer, PermissionLayers, Rule
from mogplex_contracts.state import RunState

from . import scenes
from .runs import RUNS
from .test_diff import TWO_HUNKS, asks
from .test_panel_drawers import CATALOG, NOTES, servers, spends

TWO_FILES = TWO_HUNKS + TWO_HUNKS.replace("notes.txt", "other.txt")
PARTS = (
    scenes.work,
    servers,
    spends,
    asks("notes.txt", detail=TWO_FILES, hunks=4),
    asks("todo.txt"),
    scenes.asks_delete,
)
RULES = PermissionLayers(
    Layer(
        "/home/ada/.mogplex/permissions.json", rules=(Rule("bash:git status", "allow", "global", "/p.json"),)
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the screen that teaches keys, and how to come to it."""

    context: Context
    drawer: DrawerName | None = None
    argument: str = ""
    press: tuple[str, ...] = ()


PLACES: tuple[Place, ...] = (
    Place("composer", press=(*"/pau",)),
    Place("timeline", press=("f3", "up", "up")),
    Place("find", press=("f3", "slash", "a")),
    Place("agents", press=("f4",)),
    Place("past"),
    Place("approval", "approval"),
    Place("approval", "inbox"),
    Place("runs", "runs", press=("down",)),
    Place("entry", "entry", "14"),
    Place("permissions", "permissions", press=("down",) * 9),
    Place("palette", "palette"),
    Place("agent", "agent"),
    Place("cost", "cost"),
    Place("model", "model"),
    Place("mcp", "mcp", "linear"),
    Place("memory", "memory"),
    Place("keys", "keys"),
    Place("login", "login", press=("up",)),
    Place("sign_in", "sign_in"),
    Place("export", "export", press=("up", "up", "right")),
    Place("diff", "diff"),
    Place("jump", "jump"),
)
FIRST_AT_80: dict[Context, tuple[str, ...]] = {
    "composer": ("enter", "f1"),
    "timeline": ("↑↓", "enter", "f1"),
    "agents": ("↑↓", "enter", "f1"),
    "approval": ("a", "r", "n", "enter", "esc"),
    "runs": ("enter", "↑↓", "esc"),
    "entry": ("←", "→", "esc"),
    "permissions": ("↑↓", "x", "esc"),
    "palette": ("↑↓", "enter", "esc"),
    "agent": ("↑↓", "enter", "x", "esc"),
    "cost": ("+", "esc"),
    "model": ("↑↓", "enter", "esc"),
    "mcp": ("↑↓", "enter", "r", "c", "esc"),
    "memory": ("↑↓", "del", "esc"),
    "keys": ("↑↓", "esc"),
    "login": ("↑↓", "enter", "esc"),
    "sign_in": ("c", "p", "esc"),
    "export": ("enter", "↑↓", "←→", "esc"),
    "diff": ("a", "r", "space", "n", "tab", "←→", "esc"),
    "jump": ("↑↓", "enter", "esc"),
    "past": ("←→", "esc"),
    "find": ("enter", "esc"),
}
"""What a person needs most of a context: it stands in the footer of the smallest screen too."""


NOTHING_TO_ACT_ON: dict[Context, frozenset[str]] = {
    "approval": frozenset(("batch", "page_down")),
    "memory": frozenset(("page_down",)),
    "cost": frozenset(("up",)),
    "entry": frozenset(("up",)),
}
"""Keys of a place that are not taught there: nothing is alike, and what there is fits."""
OTHER_END = {"↑↓": ("down",), "←→": ("left", "right")}
"""What is taught with a key: one that leads the other way, for where this one has come to an end."""


async def settle(pilot: Any) -> None:
    await pilot.pause()
    working = [worker for worker in pilot.app.workers if worker.group == "actions"]
    if working:
        await pilot.app.workers.wait_for_complete(working)
    await pilot.pause()


def open_cockpit(cockpit: Any) -> Any:
    it = cockpit(*PARTS)
    it.store.apply([ConnectionChanged("daemon", "nominal"), RUNS, PermissionsRead(RULES)])
    it.store.apply([SignInTold(SigningIn("waiting", "https://www.mogplex.com/cli-auth", "opened"))])
    it.store.apply([ModelsRead(CATALOG), RepositoryMemoryRead(NOTES), HistoryLoaded(("before",))])
    return it


async def come_to(place: Place, it: Any, pilot: Any) -> None:
    """The same sight each time, however it was left."""
    it.store.apply([DecisionNotSent(sent.command_id, "") for sent in it.store.state.deciding.values()])
    it.store.apply(
        [RulesOffered(None), PastLeft(), DrawerClosed(), TimelineSearched(""), WholeFileRead(None)]
    )
    await settle(pilot)
    it.app.screen.composer.write("")
    it.app.screen.composer.focus_editor()
    if place.drawer:
        it.store.apply([DrawerOpened(place.drawer, place.argument)])
    if place.context == "past":
        it.store.apply([PastOpened(RunState(), tuple(scenes.scene(*PARTS)), 70)])
        it.app.screen.move_focus("past")
    await settle(pilot)
    await pilot.press(*place.press)
    await settle(pilot)
    it.clock.pass_by(1)


def footer(it: Any) -> Footer:
    return it.app.screen.query_one("#footer", Footer)


def sight(it: Any) -> tuple[object, ...]:
    """All that a key can change."""
    rows = [list(strip) for strip in it.app.screen._compositor.render_strips()]
    return (rows, it.store.state, tuple(it.link.sent), it.app.focused, it.typed, it.store.state.notice)


def test_every_context_is_a_place_and_so_is_every_drawer() -> None:
    assert {place.context for place in PLACES} == set(CONTEXTS) - {"everywhere", "outside"}
    assert {place.drawer for place in PLACES if place.drawer} == set(get_args(DrawerName))


@pytest.mark.anyio
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.drawer or place.context)
async def test_every_taught_key_is_bound_and_acts(place: Place, cockpit: Any) -> None:
    it = open_cockpit(cockpit)
    async with it.app.run_test(size=(200, 60)) as pilot:
        await come_to(place, it, pilot)
        assert footer(it).context == place.context
        keys = [each for each in footer(it).drawn if each.shown != "f1"]
        assert {each.does for each in keys} >= own_keys(place)
        dead: list[str] = []
        for key in keys:
            await come_to(place, it, pilot)
            bound = it.app.screen.active_bindings.get(key.key)
            before = sight(it)
            for each in (key.key, *OTHER_END.get(key.shown, ())):
                await pilot.press(each)
                await settle(pilot)
                if sight(it) != before:
                    break
            else:
                dead.append(f"{key.shown} {key.word}")
            assert not key.does or (bound is not None and bound.enabled), key
        assert dead == []


def own_keys(place: Place) -> set[str]:
    """All that the context teaches, but for the keys that find nothing to act on there."""
    idle = NOTHING_TO_ACT_ON.get(place.context, frozenset[str]())
    if place.drawer == "inbox":  # The riskiest stands first, and it is no patch.
        idle = idle | {"diff"}
    return {key.tail for key in KEYS if key.context == place.context and key.teach} - idle


@pytest.mark.anyio
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.drawer or place.context)
async def test_the_footer_of_the_smallest_screen_teaches_what_is_needed_most(
    place: Place, cockpit: Any
) -> None:
    it = open_cockpit(cockpit)
    async with it.app.run_test(size=(80, 24)) as pilot:
        await come_to(place, it, pilot)
        shown = {each.shown for each in footer(it).drawn}
        assert set(FIRST_AT_80[place.context]) <= shown


@pytest.mark.anyio
@pytest.mark.parametrize("drawer", ["approval", "inbox", "runs", "jump", "mcp", "memory", "agent", "diff"])
async def test_a_drawer_with_nothing_in_it_teaches_no_key_but_the_way_out(
    drawer: DrawerName, cockpit: Any
) -> None:
    it = cockpit()
    async with it.app.run_test(size=(200, 60)) as pilot:
        it.store.apply([DrawerOpened(drawer)])
        await settle(pilot)
        others = {"sync"} if drawer == "mcp" else set[str]()  # It may bring the first servers there are.
        assert {each.word for each in footer(it).drawn} == {"close", "help"} | others


@pytest.mark.anyio
async def test_on_the_smallest_screen_one_approval_teaches_how_to_remember_it(cockpit: Any) -> None:
    it = cockpit(scenes.work, scenes.asks_delete)
    async with it.app.run_test(size=(80, 24)) as pilot:
        it.store.apply([DrawerOpened("approval")])
        await settle(pilot)
        words = [each.word for each in footer(it).drawn]
        assert words == ["approve", "reject", "say why", "details", "remember", "close", "help"]


@pytest.mark.anyio
async def test_what_decides_goes_before_help_where_not_all_fits(cockpit: Any) -> None:
    it = cockpit(*PARTS)
    async with it.app.run_test(size=(72, 24)) as pilot:
        it.store.apply([DrawerOpened("approval")])
        await settle(pilot)
        words = [each.word for each in footer(it).drawn]
        assert words[:4] == ["approve", "reject", "say why", "diff"]
        assert words[-1] == "close"
