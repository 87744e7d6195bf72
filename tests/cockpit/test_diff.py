"""The Diff drawer, the rules an approval offers, batches, and letters that were meant for the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.cockpit.kit.diff_document import read_document
from mogplex_cli.cockpit.kit.diff_pairs import amid_file, below_one_another, side_by_side
from mogplex_cli.store.ui_events import DrawerOpened
from mogplex_contracts.events.approval import ApprovalRequested

from . import scenes

OLD = "".join(f"line {number}\n" for number in range(1, 31))
TWO_HUNKS = """--- a/notes.txt
+++ b/notes.txt
@@ -1,4 +1,4 @@
-line 1
+first
 line 2
 line 3
 line 4
@@ -27,4 +27,4 @@
 line 27
 line 28
 line 29
-line 30
+last
"""


def asks(name: str, *, risk="medium", agent=scenes.FORGE, detail=TWO_HUNKS, hunks=2, action="apply_patch"):
    def part(script):
        script.at(
            70,
            ApprovalRequested,
            approval_id=f"apr_{name}",
            action=action,
            target=name,
            descriptors=(f"write:{name}" if action == "apply_patch" else f"bash:{name}",),
            detail=detail,
            digest=f"digest of {name}",
            risk=risk,
            risk_reason="writes inside the workspace",
            tool=action,
            agent_id=agent,
            hunks=hunks,
        )

    return part


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()
    await pilot.pause()


async def open_diff(it, pilot):
    await settle(pilot)
    it.store.apply([DrawerOpened("diff")])
    await settle(pilot)
    it.clock.pass_by(1)


def test_side_by_side_loses_no_row():
    rows = read_document(TWO_HUNKS).rows
    for arranged in (side_by_side(rows), below_one_another(rows)):
        assert {id(row) for pair in arranged for row in (pair.old, pair.new) if row} == {id(r) for r in rows}


@pytest.mark.parametrize("new", [False, True])
def test_the_whole_file_stands_around_its_hunks(new):
    text = OLD.replace("line 1\n", "first\n", 1).replace("line 30", "last") if new else OLD
    rows = amid_file(read_document(TWO_HUNKS).rows_of(0), text)
    assert rows is not None
    assert [row.old for row in rows if row.old and row.kind in ("same", "remove")] == list(range(1, 31))
    assert [row.new for row in rows if row.new and row.kind in ("same", "add")] == list(range(1, 31))


@given(st.text(max_size=200))
def test_another_file_is_never_shown_around_the_hunks(text):
    assert amid_file(read_document(TWO_HUNKS).rows_of(0), text) is None


@pytest.mark.anyio
async def test_a_dropped_hunk_is_not_among_those_that_are_approved(cockpit):
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await open_diff(it, pilot)
        await pilot.press("n", "n", "space")
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        (sent,) = it.link.sent
        (choice,) = sent.choices
        assert (sent.decision, choice.kept_hunks, choice.digest) == ("approve", (1,), "digest of notes.txt")


@pytest.mark.anyio
async def test_nothing_kept_approves_nothing(cockpit):
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await open_diff(it, pilot)
        await pilot.press("space", "n", "space")
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []


@pytest.mark.anyio
async def test_hunks_the_host_counts_differently_cannot_be_dropped(cockpit):
    it = cockpit(asks("notes.txt", hunks=3))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await open_diff(it, pilot)
        await pilot.press("space")
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert it.link.sent[0].choices[0].kept_hunks is None


@pytest.mark.anyio
async def test_dropping_a_hunk_restarts_the_wait(cockpit):
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await open_diff(it, pilot)
        await pilot.press("space", "a")
        await settle(pilot)
        assert it.sent == []


@pytest.mark.anyio
async def test_a_comment_goes_to_the_line_with_its_place(cockpit):
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await open_diff(it, pilot)
        await pilot.press("down", "down", "c")
        await settle(pilot)
        assert (it.typed, it.app.focused.id) == ("notes.txt:1 ", "editor")


@pytest.mark.anyio
async def test_a_rule_is_made_word_for_word_as_it_was_shown(cockpit):
    it = cockpit(asks("pnpm test auth", action="run_command", detail="", hunks=0))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("down", "right")
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        rule = it.link.sent[0].remember
        assert (rule.patterns, rule.where) == (("bash:pnpm test", "bash:pnpm test *"), "project")


@pytest.mark.anyio
async def test_choosing_another_rule_restarts_the_wait(cockpit):
    it = cockpit(asks("pnpm test auth", action="run_command", detail="", hunks=0))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("A")
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("down", "a")
        await settle(pilot)
        assert it.sent == []


@pytest.mark.anyio
async def test_a_batch_is_exactly_what_was_shown(cockpit):
    it = cockpit(
        asks("one", hunks=0, detail="x"),
        asks("two", hunks=0, detail="y"),
        asks("risky", risk="high", detail="z"),
        asks("other", agent=scenes.PROBE, detail="z"),
    )
    async with it.app.run_test(size=(140, 60)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("b")
        await settle(pilot)
        script = scenes.Script()
        script._seq = it.store.state.run.last_seq
        asks("late", detail="w")(script)
        it.store.apply(script.events)
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert [(c.approval_id, c.digest) for c in it.link.sent[0].choices] == [
            ("apr_one", "digest of one"),
            ("apr_two", "digest of two"),
        ]


@pytest.mark.anyio
async def test_a_batch_that_was_not_read_to_its_end_decides_nothing(cockpit):
    it = cockpit(asks("one", detail="x\n" * 90, hunks=0), asks("two", detail="y\n" * 90, hunks=0))
    async with it.app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("b")
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert it.sent == []
        await pilot.press(*["space"] * 40)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert len(it.link.sent[0].choices) == 2


@pytest.mark.anyio
async def test_letters_typed_while_the_drawer_surfaces_go_to_the_line(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        script = scenes.Script()
        script._seq = it.store.state.run.last_seq
        asks("notes.txt")(script)
        it.store.apply(script.events)
        await settle(pilot)
        assert it.app.focused.id == "drawer"
        await pilot.press("a", "r", "e")
        await settle(pilot)
        assert (it.typed, it.app.focused.id, it.sent) == ("are", "editor", [])


@pytest.mark.anyio
async def test_a_rule_that_was_not_on_the_screen_to_its_end_is_not_made(cockpit):
    line = " && ".join(f"pnpm test-{number} {'x' * 60}" for number in range(40))
    it = cockpit(asks(line, action="run_command", detail="", hunks=0))
    async with it.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("A")
        await settle(pilot)
        it.clock.pass_by(1)
        await pilot.press("a")
        await settle(pilot)
        assert it.store.state.remembering is not None
        assert it.sent == []
