import tomllib
from pathlib import Path

import pytest

from mogplex_cli.cockpit.keymap import KEYS, key_in, key_of, overlay, taught
from mogplex_cli.cockpit.palette import all_rows
from mogplex_cli.cockpit.rebind import Refused, read_key, rebind

from . import scenes

FILE = "config.toml"


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


def keys_of(rows, name):
    return next(row.keys for row in rows if row.name == name)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ctrl+o", "ctrl+o"),
        ("Ctrl+O", "ctrl+o"),
        ("shift+ctrl+f5", "ctrl+shift+f5"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("G", "G"),
        ("g", "g"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+/", "ctrl+slash"),
        ("esc", "escape"),
        ("PgDn", "pagedown"),
        ("alt+enter", "alt+enter"),
        ("ä", "ä"),
    ],
)
def test_keys_read_as_people_write_them(written: str, key: str):
    assert read_key(written) == key


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("ctl+o", "'ctl' is no modifier"),
        ("entr", "'entr' is no key; did you mean enter?"),
        ("f99", "'f99' is no key"),
        ("ctrl+i", "terminals send tab for ctrl+i"),
        ("ctrl+m", "terminals send enter"),
        ("ctrl+c", "ctrl+c always interrupts"),
        ("\x07", "is no key"),
    ],
)
def test_what_is_no_key_is_told(written: str, reason: str):
    with pytest.raises(Refused, match=reason.replace("?", r"\?").replace("+", r"\+")):
        read_key(written)


@pytest.mark.parametrize(
    ("wanted", "name", "keys"),
    [
        ({"approvals": "ctrl+p"}, "everywhere.approvals", "ctrl+p"),
        ({"timeline.open": "e, x"}, "timeline.open", "e,x"),
        ({"timeline": {"open": ["e"]}}, "timeline.open", "e"),
        ({"approve": "y"}, "approval.approve", "y"),
        ({"pause": "f9"}, "everywhere.pause", "f9"),
        ({"pause": "p"}, "outside.pause", "p"),
        ({"outside.quit": "Q"}, "outside.quit", "Q"),
        ({"quit": ""}, "outside.quit", ""),
        ({"quit": []}, "outside.quit", ""),
        ({"runs.close_drawer": "x"}, "runs.close_drawer", "x,escape"),
        ({"focus_composer": "f7"}, "everywhere.focus_composer", "f7"),
        ({"outside.focus_composer": "c"}, "outside.focus_composer", "c"),
        ({"run": "f9"}, "everywhere.run", "f9"),
    ],
)
def test_a_key_goes_where_its_name_says(wanted, name: str, keys: str):
    rebound = rebind(wanted, FILE)
    assert rebound.problems == ()
    assert overlay(rebound.rows) == {name: keys or f"no_key_for_{name.partition('.')[2]}"}


def test_two_keys_can_change_places():
    rebound = rebind({"approve": "r", "reject": "a"}, FILE)
    assert rebound.problems == ()
    assert overlay(rebound.rows) == {"approval.approve": "r", "approval.reject": "a"}


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"aprovals": "ctrl+p"}, "keys.aprovals: is no action; did you mean approvals?"),
        ({"timelin.open": "o"}, "keys.timelin.open: is no context; did you mean timeline?"),
        ({"timeline.opne": "o"}, "keys.timeline.opne: is no key of timeline; did you mean open?"),
        ({"page_up": "b"}, "keys.page_up: is in several contexts; write one of timeline.page_up,"),
        ({"interrupt": "f9"}, "keys.interrupt: ctrl+c always interrupts"),
        ({"everywhere.interrupt": "f9"}, "ctrl+c always interrupts"),
        ({"approvals": "x"}, "x is typed there; take a key with ctrl or alt"),
        ({"composer.submit": "s"}, "s is typed there"),
        ({"approve": "enter"}, "enter is pressed by habit; deciding takes a key of its own"),
        ({"approve": ""}, "deciding needs a key"),
        ({"approvals": "ctrl+r"}, "ctrl+r is runs everywhere already · it keeps ctrl+o"),
        ({"timeline.open": "f8"}, "f8 is next_alert everywhere already · it keeps enter"),
        ({"approve": "r"}, "r is approval.reject already · it keeps a"),
        ({"pause": "f9", "kill": "f9"}, "keys.kill: f9 is pause everywhere already · it keeps no key"),
        ({"approvals": "ctrl+oo"}, "'ctrl+oo' is no key"),
    ],
)
def test_a_wish_that_cannot_be_is_named_and_the_default_stays(wanted, problem: str):
    rebound = rebind({**wanted, "inbox": "f12"}, FILE)
    (told,) = rebound.problems
    assert told.startswith(f"{FILE}: keys.")
    assert problem in told
    changed = overlay(rebound.rows)
    assert changed.pop("everywhere.inbox") == "f12"
    assert changed in ({}, {"everywhere.pause": "f9"})


def test_nothing_wanted_changes_nothing():
    assert overlay(rebind({}, FILE).rows) == {}


def test_footer_palette_and_help_show_the_new_key():
    rows = rebind({"approvals": "ctrl+p", "timeline.open": "e", "pause": "f9"}, FILE).rows
    assert key_of("approvals", rows) == "ctrl+p"
    assert ("e", "open") in [(each.shown, each.word) for each in taught("timeline", rows)]
    assert key_in("approval", ".approve", rows) == "a"
    keys = {row.name: row.key for row in all_rows(rows)}
    assert (keys["approvals"], keys["pause"], keys["kill"]) == ("ctrl+p", "f9", "")


@pytest.mark.anyio
async def test_a_new_key_acts_and_the_old_one_does_not(cockpit):
    rows = rebind({"approvals": "ctrl+p", "pause": "f9", "timeline.open": "e", "run": "f10"}, FILE).rows
    it = cockpit(scenes.work, keys=rows)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f9")
        await settle(pilot)
        assert it.sent == ["run_pause"]
        await pilot.press("f3", "down", "up", "enter")
        await settle(pilot)
        assert it.store.state.drawer is None
        await pilot.press("e")
        await settle(pilot)
        assert it.store.state.drawer.name == "entry"
        await pilot.press("escape", "f10")
        await settle(pilot)
        assert it.typed == "/run "


@pytest.mark.anyio
async def test_keys_that_changed_places_decide_the_other_way(cockpit):
    rows = rebind({"approve": "r", "reject": "a"}, FILE).rows
    it = cockpit(scenes.work, scenes.asks_patch, keys=rows)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        heading = it.app.screen.query_one("#queue").render_line(0).text
        assert "r approve   a reject" in heading
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert [sent.decision for sent in it.link.sent] == ["reject"]


@pytest.mark.anyio
async def test_the_keys_help_opens_finds_and_closes(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "question_mark")
        await settle(pilot)
        assert it.store.state.drawer.name == "keys"
        await pilot.press(*"next alert")
        await settle(pilot)
        shown = it.app.screen.query_one("#keys-list")
        text = "\n".join(shown.render_line(y).text for y in range(shown.size.height))
        assert "f8" in text and "ctrl+o" not in text
        await pilot.press("escape")
        await settle(pilot)
        assert it.store.state.drawer is None


def test_the_table_is_what_it_was():
    assert rebind({"approvals": "ctrl+p"}, FILE).rows != KEYS
    assert keys_of(KEYS, "everywhere.approvals") == "ctrl+o"


def test_the_keys_the_manual_writes_can_be_had():
    manual = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
    example = tomllib.loads(manual.partition("```toml\n")[2].partition("```")[0])
    assert rebind(example["keys"], FILE).problems == ()
