"""`[notify] command`: once for each thing a person should hear of, whoever is attached, and at no cost to the run."""

from itertools import pairwise
from pathlib import Path

import anyio
import pytest
from watchfiles import awatch

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import Snapshot
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_daemon.runs.notify import cause, message
from tests.support.house import House, approve_the_rest, attach, ended, kill
from tests.support.story import Story, asked, decided, started

pytestmark = pytest.mark.anyio


def notify_with(house: House, script: str) -> Path:
    """Let the house tell people by this script; the file its `say` writes to, a line each."""
    told = house.repository.parent / "told"
    program = house.repository.parent / "tell"
    program.write_text(
        f'#!/bin/sh\nsay() {{ printf "%s | %s\\n" "$MOGPLEX_NOTIFY" "$1" >>"{told}"; }}\n{script}'
    )
    program.chmod(0o755)
    house.home.root.mkdir(mode=0o700, exist_ok=True)
    house.home.config.write_text(f'[notify]\ncommand = ["{program}"]\n')
    return told


async def is_told(told: Path, what: str) -> None:
    """Host and daemon tell after the event that they tell of: wait until this was told last."""
    with anyio.fail_after(60):
        async for _ in awatch(
            told.parent, recursive=False, yield_on_timeout=True, rust_timeout=50, debounce=20
        ):
            lines = told.read_text().splitlines(keepends=True) if told.exists() else []
            if lines and lines[-1].startswith(f"{what} | ") and lines[-1].endswith("\n"):
                return


async def test_each_wait_and_the_end_are_told_once_however_many_watch_and_daemons_come_and_go(house: House):
    told = notify_with(house, 'say "$1"\n')
    house.start()
    async with house.client("ada") as ada, house.client("bob") as bob:
        run_id = await house.start_run(ada)
        host = house.host_pid(run_id)
        await bob.send(attach(run_id, after_seq=0))
        await bob.until(ApprovalRequested)
    house.crash()
    house.start()
    async with house.client("ada") as ada:
        await ada.send(attach(run_id, after_seq=0))
        await approve_the_rest(ada)
    ended(host)
    house.crash()
    house.start()
    lines = told.read_text().splitlines()
    assert [line.partition(" | ")[0] for line in lines] == ["waiting"] * 3 + ["completed"]
    assert (
        "repo" in lines[0] and "waits for you · " in lines[0] and "apply_patch MOGPLEX_REPORT.md" in lines[0]
    )
    assert lines[-1].endswith("run completed · review the staged diff")


async def test_a_host_that_is_lost_is_told_of_by_the_daemon_and_by_no_later_one(house: House):
    told = notify_with(house, 'say "$1"\n')
    house.start()
    async with house.client() as ada:
        run_id = await house.start_run(ada)
        await ada.send(attach(run_id, after_seq=0))
        await ada.until(ApprovalRequested)
        await is_told(told, "waiting")
        kill(house.host_pid(run_id))
        await ada.until_status("failed")
    # A daemon that ends tells no more.
    await is_told(told, "failed")
    for _ in range(2):
        assert house.daemon("stop").returncode == 0
        house.children[-1].wait()
        house.start()
    causes = [line.partition(" | ")[0] for line in told.read_text().splitlines()]
    assert causes == ["waiting", "failed"]


@pytest.mark.parametrize("script", ["exit 3\n", "exec sleep 600\n", None])
async def test_a_command_that_fails_hangs_or_is_not_there_hurts_no_run(house: House, script: str | None):
    notify_with(house, script or "")
    if script is None:
        (house.repository.parent / "tell").unlink()
    house.start()
    async with house.client() as ada, house.client() as bob:
        run_id = await house.start_run(ada)
        await ada.send(attach(run_id, after_seq=0))
        await approve_the_rest(ada)
        await bob.send(attach(run_id))
        assert (await bob.until(Snapshot)).state.status == "completed"
    assert (house.repository / "MOGPLEX_REPORT.md").exists()


def test_waiting_is_told_when_it_begins_and_again_only_after_it_ended():
    story = Story(started())
    before = story.state
    one = story.tell(asked())
    two = story.tell(asked("apr_2"))
    left = story.tell(decided("approved"))
    none = story.tell(decided("approved", "apr_2"))
    again = story.tell(asked("apr_3"))
    states = (before, one, two, left, none, again)
    assert [cause(a, b) for a, b in pairwise(states)] == [
        "waiting",
        None,
        None,
        None,
        "waiting",
    ]
    assert message("waiting", one) == "repo: waits for you · medium risk · run_command pnpm test"


@pytest.mark.parametrize("status", ["completed", "failed", "killed"])
def test_an_end_is_told_as_what_it_is_even_when_something_waited(status):
    waiting = Story(started(), asked()).state
    ended_so = evolve(waiting, status=status, status_reason="why")
    assert cause(waiting, ended_so) == status
    assert cause(ended_so, ended_so) is None
    assert cause(RunState(), waiting) == "waiting"
    assert message(status, ended_so).startswith(f"repo: run {status}")
