import json
from typing import Any

import pytest

from mogplex_contracts.commands.run import (
    AgentInterrupt,
    ModelChange,
    RunKill,
    RunMessage,
    RunPause,
    RunResume,
)
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned, AgentStatusChanged
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.message import AssistantDelta
from mogplex_contracts.events.model import ModelChanged
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished
from mogplex_contracts.events.usage import UsageReported
from tests.agents.model_server import Answer, Call, Fail, Tokens, Turn
from tests.agents.native.runs import READ, TWO_HUNDRED, native
from tests.agents.openai_server import said_to
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio

COMMAND = Call("run_command", {"command": "touch ran"})
TWO_PIECES = Call(
    "delegate",
    {
        "tasks": [
            {"role": "reviewer", "task": "review app.py"},
            {"role": "tester", "task": "run the tests"},
        ]
    },
)


async def test_the_model_can_be_switched_between_two_calls(bench: Bench):
    async with native(bench, [Answer("I ask.", (COMMAND,)), Answer("Done.")]) as run:
        request = await run.client.until(ApprovalRequested)
        change = await run.send(ModelChange(model="local/m2"))
        asked = await run.client.until(ApprovalRequested)
        assert asked.target == "local/m2"
        await run.client.send_decision(asked, approve=True)
        assert isinstance(await run.client.answer(change), CommandAccepted)
        await run.client.send_decision(request, approve=True)
        await run.to_the_end()
        assert [event.to for event in run.client.of(ModelChanged)] == ["local/m2"]
        assert [event.model for event in run.client.of(UsageReported)] == ["local/m1", "local/m2"]
    assert [seen.body["model"] for seen in run.server.seen] == ["m1", "m2"]


async def test_a_model_nobody_has_is_refused_and_the_run_keeps_its_own(bench: Bench):
    script = [Answer("I ask.", (COMMAND,)), Answer("Done.")]
    async with native(bench, script, protocol="anthropic", provider="anthropic") as run:
        request = await run.client.until(ApprovalRequested)
        change = await run.send(ModelChange(model="groq/llama-4"))
        await run.client.send_decision(await run.client.until(ApprovalRequested), approve=True)
        answer = await run.client.answer(change)
        assert isinstance(answer, CommandRejected) and "export GROQ_API_KEY" in answer.reason
        await run.client.send_decision(request, approve=True)
        await run.to_the_end()
        assert run.end == "completed"
    assert [seen.body["model"] for seen in run.server.seen] == ["m1", "m1"]


async def test_what_a_person_says_reaches_the_next_call(bench: Bench):
    async with native(bench, [Answer("I ask.", (COMMAND,)), Answer("Done."), Answer("Tabs, then.")]) as run:
        request = await run.client.until(ApprovalRequested)
        await run.client.ask(RunMessage(text="use tabs"))
        await run.client.decide(request, approve=True)
        await run.to_the_end()
    assert said_to(run.server.seen[1].body, "user")[-1] == "use tabs"


async def test_a_rejected_call_is_told_to_the_model_with_the_note(bench: Bench):
    async with native(bench, [Answer("I ask.", (COMMAND,)), Answer("Then not.")]) as run:
        request = await run.client.until(ApprovalRequested)
        await run.client.decide(request, approve=False, note="not on a friday")
        await run.to_the_end()
        assert run.calls == [("run_command", "denied")]
    assert "not on a friday" in said_to(run.server.seen[1].body, "tool")[0]
    assert not (bench.workspace / "ran").exists()


async def test_an_interrupted_answer_is_left_and_the_agent_is_told(bench: Bench):
    script = [Answer(TWO_HUNDRED, hold_after=30), Answer("I stop here.")]
    async with native(bench, script) as run:
        await run.client.until(AssistantDelta, where=lambda event: event.text.startswith("w10"))
        # Only a stream that stands still sees its client leave; one that goes on is cut.
        await run.server.holding.wait()
        agent = run.client.of(AgentSpawned)[0].agent_id
        assert isinstance(await run.client.ask(AgentInterrupt(agent_id=agent)), CommandAccepted)
        await run.to_the_end()
        assert run.end == "completed" and run.said[-1] == "I stop here."
        assert run.said[0].startswith("w0 w1 ")
    assert run.server.left == 1
    assert "A person stopped your last step" in said_to(run.server.seen[1].body, "user")[-1]


async def test_an_interrupted_command_is_ended_and_the_agent_is_told(bench: Bench):
    bench.mode = "auto"
    command = Call("run_command", {"command": "echo begun; sleep 300"})
    async with native(bench, [Answer("I wait.", (command,)), Answer("I stop here.")]) as run:
        await run.client.until_output("begun")
        agent = run.client.of(AgentSpawned)[0].agent_id
        await run.client.ask(AgentInterrupt(agent_id=agent))
        await run.to_the_end()
        assert run.calls == [("run_command", "interrupted")]
        assert run.end == "completed" and run.said[-1] == "I stop here."


async def test_an_interrupt_ends_the_wait_before_a_retry(bench: Bench):
    script = [Fail(429, headers={"retry-after": "500"}), Answer("I go on.")]
    async with native(bench, script) as run:
        await run.client.until(AgentStatusChanged, where=lambda event: event.status == "blocked")
        agent = run.client.of(AgentSpawned)[0].agent_id
        await run.client.ask(AgentInterrupt(agent_id=agent))
        await run.to_the_end()
        assert run.end == "completed" and run.said == ["I go on."]


async def test_a_killed_run_closes_its_connection_and_leaves(bench: Bench):
    async with native(bench, [Answer(TWO_HUNDRED, hold_after=30)]) as run:
        await run.server.holding.wait()
        await run.client.ask(RunKill())
        await run.client.until_gone()
        assert run.end == "killed"
        assert run.client.of(AgentFinished)[0].status == "killed"
        assert await run.host.ended() == 1
    assert run.server.left == 1


def both_pieces(body: dict[str, Any]) -> Turn:
    """Delegates two pieces; each sub-agent reads a file first."""
    system, asked = said_to(body, "system")[0], said_to(body, "user")[0]
    answered = said_to(body, "tool")
    if "the reviewer of this run" in system:
        return (
            Answer("No findings.", tokens=Tokens(50, 5))
            if answered
            else Answer("", (READ,), tokens=Tokens(40, 4))
        )
    if "the tester of this run" in system:
        return Answer("Tests pass: " + asked) if answered else Answer("", (READ,))
    return Answer("Both done.") if answered else Answer("I delegate.", (TWO_PIECES,))


async def test_delegated_pieces_are_worked_on_at_once_by_agents_with_their_parent(bench: Bench):
    async with native(bench, both_pieces, facts="input_usd = 10\noutput_usd = 100") as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        main, *others = run.client.of(AgentSpawned)
        assert sorted((each.name, each.role, each.parent_id) for each in others) == [
            ("probe", "tester", main.agent_id),
            ("sage", "reviewer", main.agent_id),
        ]
        assert {each.number for each in others} == {2, 3}
        ended = {event.agent_id: event.status for event in run.client.of(AgentFinished)}
        assert set(ended.values()) == {"completed"} and len(ended) == 3
        reports = run.client.of(UsageReported)
        usage = run.client.state.usage
        assert usage.total.input_tokens == sum(each.input_tokens for each in reports)
        assert usage.total.cost_usd == pytest.approx(sum(each.cost_usd or 0 for each in reports))
        reviewer = next(each for each in others if each.role == "reviewer")
        assert usage.agents[reviewer.agent_id].cost_usd == pytest.approx((90 * 10 + 9 * 100) / 1e6)
        (result,) = [event for event in run.client.of(ToolFinished) if "reviewer" in event.output]
        assert "## reviewer: done\nNo findings." in result.output
        assert "## tester: done\nTests pass: run the tests" in result.output
    offered = {
        role: {tool["function"]["name"] for tool in seen.body["tools"]}
        for seen in run.server.seen
        for role in ("reviewer", "tester")
        if f"the {role} of this run" in said_to(seen.body, "system")[0]
    }
    assert "run_command" in offered["tester"] and "apply_patch" not in offered["tester"]
    assert "run_command" not in offered["reviewer"] and "delegate" not in offered["reviewer"]


async def test_one_failed_piece_is_told_and_the_other_stands(bench: Bench):
    def script(body: dict[str, Any]) -> Turn:
        if "the tester of this run" in said_to(body, "system")[0]:
            return Fail(400, "no such model")
        return both_pieces(body)

    async with native(bench, script) as run:
        await run.to_the_end()
        assert run.end == "completed"
        assert "## tester: could not finish" in said_to(run.server.seen[-1].body, "tool")[0]
        assert run.errors[0][0] == "model_rejected"
        assert sorted(event.status for event in run.client.of(AgentFinished)) == [
            "completed",
            "completed",
            "failed",
        ]


async def test_an_interrupt_of_who_delegated_stops_the_sub_agents(bench: Bench):
    def script(body: dict[str, Any]) -> Turn:
        if "of this run: another agent" in said_to(body, "system")[0]:
            return Answer(TWO_HUNDRED, hold_after=9)
        stopped = "A person stopped" in json.dumps(body["messages"])
        return Answer("I stop.") if stopped else Answer("I delegate.", (TWO_PIECES,))

    async with native(bench, script) as run:
        main = (await run.client.until(AgentSpawned)).agent_id
        subs = {(await run.client.until(AgentSpawned)).agent_id for _ in range(2)}
        # The first may have said all before it stands still when the second is told of.
        while subs - {event.agent_id for event in run.client.of(AssistantDelta)}:
            await run.client.next()
        await run.client.ask(AgentInterrupt(agent_id=main))
        await run.to_the_end()
        assert run.end == "completed" and run.said[-1] == "I stop."
        assert sorted(event.status for event in run.client.of(AgentFinished)) == [
            "completed",
            "killed",
            "killed",
        ]
        assert run.calls[0] == ("delegate", "interrupted")


async def test_a_paused_run_tells_it_once_however_many_agents_wait(bench: Bench):
    def script(body: dict[str, Any]) -> Turn:
        system, answered = said_to(body, "system")[0], said_to(body, "tool")
        if "of this run: another agent" in system:
            return Answer("Done.") if answered else Answer("", (Call("read_file", {"path": "README.md"}),))
        return Answer("Both done.") if answered else Answer("", (COMMAND, TWO_PIECES))

    async with native(bench, script) as run:
        request = await run.client.until(ApprovalRequested)
        await run.client.ask(RunPause())
        await run.client.send_decision(request, approve=True)
        await run.client.until_status("paused")
        await run.client.ask(RunResume())
        await run.to_the_end()
        assert run.end == "completed"
        statuses = [event.status for event in run.client.of(RunStatusChanged)]
        assert statuses.count("paused") == 1 and statuses.count("running") == 1


async def test_a_nearly_full_context_is_summed_up_and_the_work_goes_on(bench: Bench):
    def script(body: dict[str, Any]) -> Turn:
        if "You sum up" in said_to(body, "system")[0]:
            return Answer("The readme says hello.", tokens=Tokens(70, 7))
        if "summed up to make room" in json.dumps(body["messages"]):
            return Answer("All done.")
        full = len(said_to(body, "tool")) >= 2
        return Answer("I look.", (READ,), tokens=Tokens(850 if full else 100, 10))

    async with native(bench, script, facts="context_window = 1000") as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        (told,) = run.told("context_compacted")
        assert told.startswith("the context was 86% full: the first ") and "were summed up" in told
        assert run.client.of(UsageReported)[0].context_window == 1000
    last = run.server.seen[-1].body["messages"]
    roles = [message["role"] for message in last]
    assert roles[:3] == ["system", "user", "assistant"] and roles[-1] == "tool"
    assert "The readme says hello." in last[1]["content"]


async def test_a_request_that_does_not_fit_makes_room_and_is_made_again(bench: Bench):
    def script(body: dict[str, Any]) -> Turn:
        if "You sum up" in said_to(body, "system")[0]:
            return Fail(500)
        if "summed up to make room" in json.dumps(body["messages"]):
            return Answer("All done.")
        if len(said_to(body, "tool")) < 3:
            return Answer("I look.", (READ,))
        return Fail(400, "maximum context length", code="context_length_exceeded")

    async with native(bench, script) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert "could not be summed up and were shortened" in run.told("context_compacted")[0]
