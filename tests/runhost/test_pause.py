import anyio
import pytest

from mogplex_contracts.envelope import Operator
from mogplex_daemon.runhost.pause import PauseGate

pytestmark = pytest.mark.anyio

ADA = Operator(client_id="cli_a", label="ada")
GRACE = Operator(client_id="cli_g", label="grace")


class Bench:
    """A pause gate and what it told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.paused = anyio.Event()
        self.gate = PauseGate(self.on_paused, self.on_resumed)

    async def on_paused(self, by: Operator | None) -> None:
        self.told.append(("paused", by.label if by else ""))
        self.paused.set()

    async def on_resumed(self, by: Operator | None) -> None:
        self.told.append(("resumed", by.label if by else ""))


async def test_without_a_pause_a_safe_point_is_passed():
    bench = Bench()
    await bench.gate.safe_point()
    assert bench.told == []


async def test_work_stands_still_at_a_safe_point_until_it_is_resumed():
    bench = Bench()
    passed = anyio.Event()

    async def work() -> None:
        await bench.gate.safe_point()
        passed.set()

    assert bench.gate.pause(ADA)
    assert bench.told == [], "nothing stands still before the safe point"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await bench.paused.wait()
        await anyio.wait_all_tasks_blocked()
        assert not passed.is_set()
        assert bench.gate.wanted
        assert bench.gate.resume(GRACE)
    assert bench.told == [("paused", "ada"), ("resumed", "grace")]
    assert not bench.gate.wanted


async def test_a_second_pause_or_resume_changes_nothing():
    gate = Bench().gate
    assert not gate.resume(ADA)
    assert gate.pause(ADA)
    assert not gate.pause(GRACE)
    assert gate.resume(ADA)
    assert not gate.resume(ADA)


async def test_a_pause_that_is_taken_back_before_the_safe_point_was_none():
    bench = Bench()
    bench.gate.pause(ADA)
    bench.gate.resume(ADA)
    await bench.gate.safe_point()
    assert bench.told == []


async def test_a_pause_right_after_a_resume_keeps_work_where_it_is():
    bench = Bench()
    passed = anyio.Event()

    async def work() -> None:
        await bench.gate.safe_point()
        passed.set()

    bench.gate.pause(ADA)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await bench.paused.wait()
        await anyio.wait_all_tasks_blocked()
        bench.gate.resume(ADA)
        bench.gate.pause(ADA)
        await anyio.wait_all_tasks_blocked()
        assert not passed.is_set()
        bench.gate.resume(ADA)
    assert bench.told == [("paused", "ada"), ("resumed", "ada")]


async def test_several_agents_stand_still_and_it_is_told_once():
    bench = Bench()
    bench.gate.pause(ADA)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(bench.gate.safe_point)
        await bench.paused.wait()
        await anyio.wait_all_tasks_blocked()
        assert bench.told == [("paused", "ada")]
        bench.gate.resume(ADA)
    assert [what for what, _ in bench.told] == ["paused", "resumed"]
