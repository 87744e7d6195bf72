"""Pictures of the whole screen, of each panel's states and of each drawer: the look is part of the product."""

from dataclasses import replace

import pytest

from mogplex_cli.custom_commands.command import Argument, CustomCommand, Problem
from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_cli.store.ui_events import (
    ClockTicked,
    CommandsLoaded,
    ComposerRefused,
    ConnectionChanged,
    DrawerClosed,
    DrawerOpened,
    PermissionModeChosen,
    SessionDescribed,
)
from mogplex_contracts.events.link import Heartbeat

from . import scenes
from .runs import RUNS


def snap(cockpit, snap_compare, *parts, size=(140, 40), after=(), press=(), **how):
    it = cockpit(*parts, **how)
    it.store.apply(after)
    return snap_compare(it.app, terminal_size=size, press=press)


def test_empty(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, session=scenes.DEMO)


def test_empty_at_80(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, size=(80, 24), session=scenes.DEMO)


def test_working(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.streams)


def test_working_at_80(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.streams, size=(80, 24))


def test_working_at_200(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.streams, size=(200, 60))


def test_approval_of_a_patch(cockpit, snap_compare):
    assert snap(
        cockpit, snap_compare, scenes.work, scenes.asks_patch, scenes.asks_delete, scenes.asks_command
    )


def test_approval_of_a_patch_at_80(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.asks_patch, scenes.asks_delete, size=(80, 24))


def test_approval_of_a_high_risk(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.asks_command, scenes.asks_delete, press=("down",))


def test_waiting_while_the_person_types(cockpit, snap_compare):
    session = replace(scenes.SESSION, permission_mode="auto", dead_denies=1)
    after = [DrawerClosed(), SessionDescribed(session)]
    parts = (scenes.work, scenes.asks_patch, scenes.asks_delete)
    assert snap(cockpit, snap_compare, *parts, after=after, size=(120, 30))


def test_completed(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, scenes.asks_patch, scenes.completes)


def test_entry_drawer(cockpit, snap_compare):
    after = [DrawerOpened("entry", "19")]
    assert snap(cockpit, snap_compare, scenes.work, scenes.asks_patch, scenes.completes, after=after)


def test_permissions_drawer(cockpit, snap_compare):
    text = (
        "mode       approval · default\n\nallow\n  bash:git status      global   ~/.mogplex/permissions.json"
    )
    assert snap(
        cockpit, snap_compare, after=[PermissionModeChosen("auto"), DrawerOpened("permissions", text)]
    )


def test_palette_drawer(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, after=[DrawerOpened("palette")], press=("f", "o"))


def test_completion_and_trouble(cockpit, snap_compare):
    session = replace(
        scenes.SESSION, problems=("~/.mogplex/permissions.json line 3: rules.allow is no list",)
    )
    after = [
        SessionDescribed(session),
        ConnectionChanged("process", "reconnect", "the run host does not answer"),
        ComposerRefused("/rnu is no command · did you mean /run? · /help lists them all"),
    ]
    assert snap(cockpit, snap_compare, scenes.work, after=after, size=(100, 30))


COMMANDS = CommandRegistry(
    {
        each.name: each
        for each in (
            CustomCommand(
                "release:notes",
                "project",
                ".agents/commands/release/notes.md",
                "Notes for $1.",
                description="Draft release notes for a tag",
                arguments=(
                    Argument("tag", required=True),
                    Argument("audience", "named", description="who reads them"),
                ),
            ),
            CustomCommand(
                "review-staged",
                "user",
                "~/.mogplex/commands/review-staged.md",
                "x",
                description="Review the diff",
            ),
        )
    },
    aliases={"rs": "review-staged"},
    problems=(
        Problem(".mogplex/commands/ship.md", "/ship is shadowed by .agents/commands/ship.md"),
        Problem(".agents/commands/big.md", "is 1,953 KiB, 128 KiB is the limit; it is left out"),
    ),
)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_completion_of_commands(cockpit, snap_compare, size):
    assert snap(cockpit, snap_compare, after=[CommandsLoaded(COMMANDS)], press=("slash", "r"), size=size)


def test_completion_of_arguments(cockpit, snap_compare):
    press = (*"/release:notes v1 --",)
    assert snap(cockpit, snap_compare, after=[CommandsLoaded(COMMANDS)], press=press, size=(100, 30))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_completion_of_files(cockpit, snap_compare, size):
    it = cockpit(scenes.work)
    it.files = ("src/auth.ts", "src/auth.test.ts", "packages/web/src/server/authentication/middleware.ts")
    press = (*"look at @aut", "tab", "tab")
    assert snap_compare(it.app, terminal_size=size, press=press)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_palette_with_custom_commands_and_what_is_wrong_with_them(cockpit, snap_compare, size):
    after = [CommandsLoaded(COMMANDS), DrawerOpened("palette")]
    assert snap(cockpit, snap_compare, after=after, press=("s", "h"), size=size)


def test_too_small(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, size=(50, 12))


def with_daemon(*after):
    return [ConnectionChanged("daemon", "nominal"), RUNS, *after]


def test_runs_drawer(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, scenes.work, after=with_daemon(DrawerOpened("runs")))


def test_runs_drawer_at_80(cockpit, snap_compare):
    after = with_daemon(DrawerOpened("runs"))
    assert snap(cockpit, snap_compare, scenes.work, after=after, size=(80, 24))


def test_runs_drawer_without_a_daemon(cockpit, snap_compare):
    assert snap(cockpit, snap_compare, after=[DrawerOpened("runs")], size=(100, 30))


def test_inbox(cockpit, snap_compare):
    after = with_daemon(DrawerOpened("inbox"))
    assert snap(cockpit, snap_compare, scenes.work, scenes.asks_patch, after=after)


def test_a_view_that_may_be_behind(cockpit, snap_compare):
    lost = ConnectionChanged("daemon", "reconnect", "the daemon is gone; runs go on without it")
    after = with_daemon(ClockTicked(scenes.START + 71), lost)
    assert snap(cockpit, snap_compare, scenes.work, scenes.asks_patch, after=after)


def test_out_of_step(cockpit, snap_compare):
    other = Heartbeat(run_id=scenes.RUN_ID, at_seq=37, digest="another")
    assert snap(cockpit, snap_compare, scenes.work, after=[other], size=(100, 30))
