import json
import re
from pathlib import Path
from typing import Any

import anyio
import pytest

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated, AgentSpawned
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage
from mogplex_contracts.events.run import RunModeChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.harness.demo.harness import DemoHarness

pytestmark = pytest.mark.anyio
REPORT = "MOGPLEX_REPORT.md"
OURS = re.compile(r"\b(?:agt|call|msg|pat)_[0-9a-z]{12}\b")


def reject(_: ActionRequest) -> Verdict:
    return Verdict("rejected", "not today")


def normalised(events: list[Event]) -> list[dict[str, Any]]:
    """The events with ids replaced by their order of appearance, and without durations."""
    text = json.dumps([event.model_dump(mode="json", exclude={"duration_ms"}) for event in events])
    names: dict[str, str] = {}
    return json.loads(OURS.sub(lambda found: names.setdefault(found.group(), f"id{len(names)}"), text))


async def test_all_approved_the_report_is_written_checked_and_remembered(repository: Path, stage_in):
    stage = stage_in(repository)
    await DemoHarness().run(stage)
    assert [request.kind for request in stage.asked] == ["apply_patch", "run_command", "write_memory"]
    assert [request.target for request in stage.asked] == [
        REPORT,
        "git diff --check --staged",
        "review/review-the-staged-diff-for-regressions",
    ]
    report = (repository / REPORT).read_text()
    assert "app.py:2" in report
    assert "Written: MOGPLEX_REPORT.md." in stage.said
    assert "app.py:2" in stage.of(AssistantMessage)[-1].text
    assert "`git diff --check --staged` found 1 problem." in stage.said
    assert all(end.outcome != "denied" for end in stage.of(ToolFinished))


async def test_all_rejected_nothing_is_written_and_everybody_says_so(repository: Path, stage_in):
    stage = stage_in(repository)
    stage.decide = reject
    before = sorted(path for path in repository.rglob("*") if ".git" not in path.parts)
    await DemoHarness().run(stage)
    assert sorted(path for path in repository.rglob("*") if ".git" not in path.parts) == before
    assert (
        "The report was not written: a person rejected this: not today. Here it is:\n\n# Mogplex report"
        in (stage.said)
    )
    assert "Nothing was checked: a person rejected this: not today." in stage.said
    assert f"- Not written: {REPORT}; a person rejected this: not today." in stage.said
    assert "- Not remembered: review/" in stage.said
    assert [event.summary for event in stage.of(AgentFinished)][1:] == [
        f"{REPORT} was not written: a person rejected this: not today.",
        "Nothing was checked: a person rejected this: not today.",
        "Nothing was remembered.",
    ]


async def test_the_agents_work_one_after_another_under_one_plan(repository: Path, stage_in):
    stage = stage_in(repository)
    await DemoHarness().run(stage)
    assert [(agent.number, agent.name, agent.role, agent.model) for agent in stage.of(AgentSpawned)] == [
        (1, "atlas", "architect", "offline-demo"),
        (2, "forge", "builder", "offline-demo"),
        (3, "probe", "tester", "offline-demo"),
        (4, "sage", "reviewer", "offline-demo"),
    ]
    assert [event.mode for event in stage.of(RunModeChanged)] == [
        "planning",
        "executing",
        "testing",
        "reviewing",
    ]
    plans = stage.of(AgentPlanUpdated)
    assert {event.agent_id for event in plans} == {stage.of(AgentSpawned)[0].agent_id}
    assert [sum(step.status == "done" for step in event.steps) for event in plans] == [0, 1, 2, 3, 4]
    assert all(len(event.steps) == 4 for event in plans)
    assert all(event.status == "completed" for event in stage.of(AgentFinished))


async def test_no_model_is_called_so_no_usage_is_told(repository: Path, stage_in):
    stage = stage_in(repository)
    await DemoHarness().run(stage)
    assert stage.of(UsageReported) == []


async def test_messages_are_streamed_word_by_word(folder: Path, stage_in):
    stage = stage_in(folder)
    await DemoHarness().run(stage)
    for message in stage.of(AssistantMessage):
        pieces = [piece.text for piece in stage.of(AssistantDelta) if piece.message_id == message.message_id]
        assert "".join(pieces) == message.text
        assert all(len(piece.split()) == 1 for piece in pieces)


@pytest.mark.parametrize("decide", [lambda _: Verdict("approved"), reject])
async def test_same_state_and_same_decisions_give_the_same_events(repository: Path, stage_in, decide):
    told: list[list[dict[str, Any]]] = []
    for _ in range(2):
        stage = stage_in(repository)
        stage.decide = decide
        await DemoHarness().run(stage)
        told.append(normalised(stage.events))
        (repository / REPORT).unlink(missing_ok=True)
    assert told[0] == told[1]


async def test_an_old_report_is_replaced_as_a_whole(repository: Path, stage_in):
    (repository / REPORT).write_text("# Old\n\nnothing of this stays\n")
    stage = stage_in(repository)
    await DemoHarness().run(stage)
    replaced = (repository / REPORT).read_text()
    (repository / REPORT).unlink()
    await DemoHarness().run(stage_in(repository))
    assert (repository / REPORT).read_text() == replaced


async def test_a_report_that_is_up_to_date_is_not_asked_for_again(repository: Path, stage_in):
    await DemoHarness().run(stage_in(repository))
    stage = stage_in(repository)
    await DemoHarness().run(stage)
    assert [request.kind for request in stage.asked] == ["run_command", "write_memory"]
    assert f"- Not written: {REPORT}; it already had this text." in stage.said


async def test_outside_a_repository_nothing_is_run(folder: Path, stage_in):
    stage = stage_in(folder, "say hello")
    await DemoHarness().run(stage)
    assert [request.kind for request in stage.asked] == ["apply_patch", "write_memory"]
    assert "This is not a git repository, so nothing was checked." in stage.said
    assert "## Inventory" in (folder / REPORT).read_text()


async def test_without_any_tool_the_run_still_comes_to_an_honest_end(folder: Path, stage_in):
    stage = stage_in(folder)
    stage.tools = ()
    await DemoHarness().run(stage)
    assert f"- Not written: {REPORT}; the review could not be made" in stage.said
    assert "- Not remembered:" in stage.said


async def test_a_follow_up_is_answered_by_who_works(folder: Path, stage_in):
    stage = stage_in(folder)

    async def hear(event: Event) -> None:
        if isinstance(event, AgentSpawned) and event.name == "forge":
            stage.messages.append("hurry up")

    stage.hear = hear
    await DemoHarness().run(stage)
    answers = [message for message in stage.of(AssistantMessage) if "noted: hurry up" in message.text]
    assert [message.agent_id for message in answers] == [stage.of(AgentSpawned)[1].agent_id]
    assert answers[0].text.startswith("offline demo: I am a script")
    assert (folder / REPORT).exists()


async def test_a_follow_up_after_the_last_word_is_answered_too(folder: Path, stage_in):
    stage = stage_in(folder)

    async def hear(event: Event) -> None:
        if isinstance(event, AssistantMessage) and event.text.startswith("What happened:"):
            stage.messages.append("thanks")

    stage.hear = hear
    await DemoHarness().run(stage)
    assert stage.of(AssistantMessage)[-1].text.endswith("noted: thanks")


async def test_an_interrupted_call_changes_the_course(repository: Path, stage_in):
    harness, stage = DemoHarness(), stage_in(repository)
    waits = anyio.Event()

    async def gate(request: ActionRequest) -> Verdict:
        if request.kind == "apply_patch":
            waits.set()
            await anyio.sleep_forever()
        return Verdict("approved")

    stage = stage_in(repository, gate=gate)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(harness.run, stage)
        await waits.wait()
        working = stage.of(AgentSpawned)[-1].agent_id
        assert not await harness.interrupt("agt_nobody")
        assert await harness.interrupt(working)
    assert ("apply_patch", "interrupted") in stage.calls
    assert "The report was not written: the call was interrupted. Here it is:" in stage.said
    assert not (repository / REPORT).exists()
    assert stage.of(AgentFinished)[-1].status == "completed"
    assert not await harness.interrupt(None)


async def test_a_paused_demo_does_nothing_until_it_is_resumed(repository: Path, stage_in):
    stage = stage_in(repository)
    stage.paused, stage.wait_at_safe_point = anyio.Event(), 4
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(DemoHarness().run, stage)
        await stage.paused.wait()
        assert stage.of(AgentFinished) == []
        stage.resume.set()
    assert len(stage.of(AgentFinished)) == 4


async def test_a_killed_demo_stops_at_once(repository: Path, stage_in):
    harness, stage = DemoHarness(), stage_in(repository)
    waits = anyio.Event()

    async def hear(event: Event) -> None:
        if isinstance(event, ToolStarted) and event.tool == "run_command":
            waits.set()
            await anyio.sleep_forever()

    stage.hear = hear
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(harness.run, stage)
        await waits.wait()
        tasks.cancel_scope.cancel()
    assert not await harness.interrupt(None)
    assert ("run_command", "open") in stage.calls
