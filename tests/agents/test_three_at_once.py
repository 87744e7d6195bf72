"""One cockpit and one daemon: codex, Claude Code and opencode work at once, and one person answers all three."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest

from mogplex_contracts.commands.run import RunStart
from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.ids import new_id
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import list_runs
from tests.agents.acp_world import opencode_world
from tests.agents.claude_world import claude_world
from tests.agents.codex_world import codex_world
from tests.agents.script import MAIN, Run, Say, Script
from tests.agents.stage import left_behind, listing
from tests.support.house import House, ended
from tests.support.terminal import Terminal
from tests.terminal.conftest import MOGPLEX, armed

RUNS, INBOX = "\x1b[15~", "\x1b[17~"
"""The keys F5 and F6."""
HARNESSES = ("codex", "claude-code", "acp:opencode")


def mark(outside: Path, harness: str) -> Path:
    """What the agent leaves when its command was let run."""
    return outside / f"by-{harness.removeprefix('acp:')}"


def script(outside: Path, harness: str) -> Script:
    return {MAIN: [[Say("I look."), Run(f"touch {mark(outside, harness)}", asks=True)], [Say("Done.")]]}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def house(tmp_path: Path, outside: Path) -> Iterator[House]:
    """One person's home with all three agents in it, each with a model of its own."""
    house = House.build(tmp_path)
    codex, claude, opencode = (script(outside, harness) for harness in HARNESSES)
    with (
        opencode_world(tmp_path, opencode) as first,
        codex_world(tmp_path, codex) as second,
        claude_world(tmp_path, claude) as third,
    ):
        house.more = {**first.environ, **second.environ, **third.environ}
        yield house
        house.close()


async def start(house: House, *harnesses: str) -> None:
    """Runs of these agents, as other terminals start them."""
    async with house.client() as client:
        for harness in harnesses:
            run = RunStart(
                id=new_id("cmd"),
                task=f"{harness} tidies up",
                cwd=str(house.repository),
                harness=harness,
                env=house.env,
            )
            answer = await client.ask(run)
            assert isinstance(answer, CommandAccepted), answer


def approve_next(terminal: Terminal, waiting: int) -> None:
    """Approve what the inbox has under its cursor while so many wait; a high risk takes a second press."""
    again = "press a again"
    terminal.wait_for(
        lambda screen: f"INBOX  {waiting}" in screen and armed(terminal) and again not in screen
    )
    terminal.type("a")
    left = f"INBOX  {waiting - 1}"
    terminal.wait_for(lambda screen: left in screen or again in screen)
    if left not in terminal.text:
        terminal.type("a")
        terminal.wait_for(left)


def test_one_person_answers_three_agents_from_one_inbox(house: House, outside: Path, tmp_path: Path):
    theirs = listing(tmp_path / "person")
    daemon = house.start()
    command = [*MOGPLEX, "--harness", HARNESSES[0]]
    env = {**house.env, "MOGPLEX_TRANSPORT": "daemon"}
    # Broad enough for whole tasks: after a minute a run's time takes more room.
    with Terminal(command, python=sys.executable, env=env, cwd=house.repository, size=(200, 50)) as terminal:
        terminal.wait_for("nominal")
        terminal.type(f"/run {HARNESSES[0]} tidies up\r")
        anyio.run(partial(start, house, *HARNESSES[1:]))
        terminal.wait_for("APPROVALS")
        terminal.type(RUNS)
        wanted = ["NEEDS YOU  3", *(f"{harness} tidies up" for harness in HARNESSES)]
        terminal.wait_for(lambda screen: all(text in screen for text in wanted))
        assert not list(outside.iterdir())
        hosts = [record.metadata.pid for record in list_runs(house.home) if record.alive]
        terminal.type(INBOX)
        for waiting in (3, 2, 1):
            approve_next(terminal, waiting)
        terminal.type(RUNS)
        terminal.wait_for(
            lambda screen: "DONE  3" in screen and screen.count("completed") >= len(HARNESSES),
        )

    assert len(hosts) == len(HARNESSES)
    for pid in hosts:
        assert pid is not None
        ended(pid)
    assert house.daemon("stop").returncode == 0
    ended(daemon)
    assert left_behind(tmp_path) == []
    assert listing(tmp_path / "person") == theirs
    assert sorted(outside.iterdir()) == sorted(mark(outside, harness) for harness in HARNESSES)
    assert {
        record.metadata.harness: record.metadata.status for record in list_runs(house.home)
    } == dict.fromkeys(HARNESSES, "completed")
    decided = {
        record.metadata.harness: [
            event.decision
            for event in read_events(record.folder.journal)
            if isinstance(event, ApprovalResolved)
        ]
        for record in list_runs(house.home)
    }
    assert decided == {harness: ["approved"] for harness in HARNESSES}
