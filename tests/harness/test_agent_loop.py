import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic_ai.exceptions import ModelAuthenticationError, ModelConnectionError
from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel
from pydantic_ai.usage import RequestUsage

from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.base import HarnessFailed, RunSpec, ToolCall, ToolResult
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts
from mogplex_daemon.harness.loop.agent_loop import INTERRUPTED_NOTE, AgentOutcome, run_agent
from mogplex_daemon.harness.loop.usage import usage_reported

pytestmark = pytest.mark.anyio
AGENT = AgentIdentity("agt_1", "forge", "builder", "test-model")
Answer = str | tuple[str, str]
"""Words, or the name of a tool and its arguments as JSON."""


def scripted(*answers: Answer | list[Answer]) -> tuple[FunctionModel, list[list[ModelMessage]]]:
    """A model that gives these answers one after another, and all requests it was sent."""
    requests: list[list[ModelMessage]] = []

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
        requests.append(messages)
        answer = answers[len(requests) - 1]
        for position, part in enumerate(answer if isinstance(answer, list) else [answer]):
            if isinstance(part, str):
                yield part
            else:
                yield {
                    position + 1: DeltaToolCall(part[0], part[1], tool_call_id=f"c{len(requests)}{position}")
                }

    return FunctionModel(stream_function=stream), requests


def returns(messages: list[ModelMessage]) -> list[tuple[str, str]]:
    parts = (part for message in messages for part in message.parts)
    return [(part.outcome, part.model_response_str()) for part in parts if isinstance(part, ToolReturnPart)]


def prompts(messages: list[ModelMessage]) -> list[Any]:
    parts = (part for message in messages for part in message.parts)
    return [part.content for part in parts if isinstance(part, UserPromptPart)]


def gives(text: str) -> Callable[[ToolCall, dict[str, Any]], Awaitable[ToolResult]]:
    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        return ToolResult("ok", text)

    return act


@pytest.fixture
def stage(tmp_path: Path, make_stage):
    return make_stage(RunSpec("run_1", "do it", tmp_path))


async def run(stage, model: FunctionModel, tools=(), **more: Any) -> AgentOutcome:
    return await run_agent(stage, AGENT, model, "Be brief.", "do it", tools, reports_usage=False, **more)


async def test_words_are_streamed_live_and_told_whole(stage):
    outcome = await run(stage, scripted("all done")[0])
    assert [delta.text for delta in stage.of(AssistantDelta)] == ["all done"]
    (message,) = stage.of(AssistantMessage)
    assert (message.text, outcome.text) == ("all done", "all done")
    assert {delta.message_id for delta in stage.of(AssistantDelta)} == {message.message_id}


async def test_a_tool_call_is_told_from_start_to_end(stage, tool):
    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        await call.output("piece")
        return ToolResult("ok", "text of a.py", 0)

    model, requests = scripted(("read_file", '{"target":"a.py"}'), "done")
    await run(stage, model, [tool("read_file", act)])
    (start,), (piece,), (end,) = stage.of(ToolStarted), stage.of(ToolOutput), stage.of(ToolFinished)
    assert (start.tool, start.action, start.target, start.input) == (
        "read_file",
        "read",
        "a.py",
        {"target": "a.py"},
    )
    assert start.call_id == piece.call_id == end.call_id
    assert start.call_id.startswith("call_")
    assert (end.outcome, end.output, end.exit_code) == ("ok", "text of a.py", 0)
    assert returns(requests[1]) == [("success", "text of a.py")]


async def test_the_agent_says_what_it_does_now(stage, tool):
    tools = [
        tool("read_file", gives("")),
        tool("apply_patch", gives(""), kind="apply_patch"),
        tool("run_command", gives(""), kind="run_command"),
    ]
    names = ("read_file", "apply_patch", "run_command")
    model, _ = scripted([(name, '{"target":"x"}') for name in names], "done")
    await run(stage, model, tools)
    assert [(event.status, event.action) for event in stage.of(AgentStatusChanged)] == [
        ("thinking", ""),
        ("calling_tool", "read x"),
        ("editing", "patch x"),
        ("calling_tool", "$ x"),
        ("thinking", ""),
    ]


async def test_calls_of_one_answer_run_one_after_another(stage, tool):
    model, _ = scripted([("look", "{}"), ("look", "{}")], "done")
    await run(stage, model, [tool("look", gives("seen"))])
    kinds = [event.type for event in stage.events if event.type.startswith("tool_")]
    assert kinds == ["tool_started", "tool_finished"] * 2


async def test_an_exception_in_a_tool_is_an_error_the_model_sees(stage, tool):
    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        raise RuntimeError("disk full")

    model, requests = scripted(("look", "{}"), "done")
    outcome = await run(stage, model, [tool("look", act)])
    assert stage.calls == [("look", "error")]
    assert stage.of(ToolFinished)[0].output == "look failed: RuntimeError: disk full"
    assert returns(requests[1])[0][0] == "failed"
    assert outcome.text == "done"


async def test_a_denial_reaches_the_model_as_one(stage, tool):
    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        return ToolResult("denied", "A person rejected this.")

    model, requests = scripted(("look", "{}"), "done")
    await run(stage, model, [tool("look", act)])
    assert returns(requests[1]) == [("denied", "A person rejected this.")]
    assert stage.calls == [("look", "denied")]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("fly", "{}", "Unknown tool name"),
        ("look", '{"target":', "EOF while parsing"),
        ("look", "[1]", "should be an object"),
    ],
)
async def test_a_call_that_can_not_be_made_is_told_and_answered(stage, tool, name, arguments, told):
    model, requests = scripted((name, arguments), "done")
    outcome = await run(stage, model, [tool("look", gives("seen"))])
    assert stage.calls == [(name, "error")]
    assert told in stage.of(ToolFinished)[0].output
    assert returns(requests[1])[0][0] == "retried"
    assert outcome.text == "done"


async def test_wrong_calls_without_end_do_not_end_the_run(stage, tool):
    model, _ = scripted(*[("fly", "{}")] * 60, "done")
    assert (await run(stage, model, [tool("look", gives("seen"))])).text == "done"
    assert len(stage.calls) == 60


async def test_a_huge_output_is_handed_on_whole_for_the_host_to_bound(stage, tool):
    model, requests = scripted(("look", "{}"), "done")
    await run(stage, model, [tool("look", gives("x" * 3_000_000))])
    assert len(stage.of(ToolFinished)[0].output) == 3_000_000
    assert len(returns(requests[1])[0][1]) == 3_000_000


async def test_a_follow_up_reaches_the_next_request(stage, tool):
    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        stage.messages.extend(("also b", "and c"))
        return ToolResult("ok", "seen")

    model, requests = scripted(("look", "{}"), "done")
    await run(stage, model, [tool("look", act)])
    assert prompts(requests[1]) == ["do it", "also b", "and c"]


async def test_a_follow_up_after_the_last_word_goes_on(stage):
    model, requests = scripted("done", "also done")

    async def hear(event: Any) -> None:
        if isinstance(event, AssistantMessage) and event.text == "done":
            stage.messages.append("and now?")

    stage.hear = hear
    outcome = await run(stage, model)
    assert outcome.text == "also done"
    assert prompts(requests[1]) == ["do it", "and now?"]


async def test_history_is_gone_on_from(stage):
    first = await run(stage, scripted("done")[0])
    model, requests = scripted("done again")
    await run(stage, model, history=first.history)
    assert prompts(requests[0]) == ["do it", "do it"]


async def test_a_paused_run_waits_before_the_tool_call(stage, tool):
    stage.paused, stage.wait_at_safe_point = anyio.Event(), 2
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, stage, scripted(("look", "{}"), "done")[0], [tool("look", gives("seen"))])
        await stage.paused.wait()
        assert stage.calls == []
        stage.resume.set()
    assert stage.calls == [("look", "ok")]
    assert stage.safe_points == 3


async def test_an_interrupted_tool_call_ends_and_the_agent_is_told(stage, tool):
    interrupts, started, cleaned = Interrupts(), anyio.Event(), anyio.Event()

    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        try:
            started.set()
            await anyio.sleep_forever()
        finally:
            cleaned.set()
        raise AssertionError

    model, requests = scripted([("look", "{}"), ("wait", "{}")], "then not")
    async with anyio.create_task_group() as tasks:
        tools = [tool("look", gives("seen")), tool("wait", act)]

        async def work() -> None:
            await run(stage, model, tools, interrupts=interrupts)

        tasks.start_soon(work)
        await started.wait()
        assert interrupts.interrupt()
    assert cleaned.is_set()
    assert stage.calls == [("look", "ok"), ("wait", "interrupted")]
    assert [outcome for outcome, _ in returns(requests[1])] == ["success", "interrupted"]
    assert prompts(requests[1]) == ["do it", INTERRUPTED_NOTE]
    assert not interrupts.interrupt()


async def test_an_interrupted_answer_keeps_what_was_said(stage):
    interrupts, spoke = Interrupts(), anyio.Event()
    asked: list[list[ModelMessage]] = []

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        asked.append(messages)
        if len(asked) == 1:
            yield "half a "
            spoke.set()
            await anyio.sleep_forever()
        yield "done"

    async with anyio.create_task_group() as tasks:

        async def work() -> None:
            await run(stage, FunctionModel(stream_function=stream), interrupts=interrupts)

        tasks.start_soon(work)
        await spoke.wait()
        interrupts.interrupt()
    assert [message.text for message in stage.of(AssistantMessage)] == ["half a ", "done"]
    assert prompts(asked[1]) == ["do it", INTERRUPTED_NOTE]


async def test_an_interrupt_before_the_first_request_loses_no_prompt(stage):
    interrupts = Interrupts()
    stage.paused, stage.wait_at_safe_point = anyio.Event(), 1
    model, requests = scripted("done")
    async with anyio.create_task_group() as tasks:

        async def work() -> None:
            await run(stage, model, interrupts=interrupts)

        tasks.start_soon(work)
        await stage.paused.wait()
        interrupts.interrupt()
    assert prompts(requests[0])[0] == "do it"


async def test_a_killed_run_leaves_no_process(folder: Path, stage_in):
    stage = stage_in(folder)
    pid_seen = anyio.Event()
    seen: list[int] = []

    async def hear(event: Any) -> None:
        if isinstance(event, ToolOutput):
            seen.append(int(event.text))
            pid_seen.set()

    stage.hear = hear
    command = f"{sys.executable} -c 'import os,time; print(os.getpid(), flush=True); time.sleep(300)'"
    arguments = f'{{"command": "{command}"}}'
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, stage, scripted(("run_command", arguments))[0], stage.tools)
        await pid_seen.wait()
        tasks.cancel_scope.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


@pytest.mark.parametrize(
    ("error", "code", "advice"),
    [
        (ModelAuthenticationError("m", "bad key"), "model_auth", "Check the credential"),
        (ModelConnectionError("m", "connection reset"), "model_unreachable", "Check the network"),
    ],
)
async def test_a_failing_model_ends_the_run_with_what_where_and_now(stage, error, code, advice):
    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        yield "I will "
        raise error

    with pytest.raises(HarnessFailed) as failed:
        await run(stage, FunctionModel(stream_function=stream))
    message = str(failed.value)
    assert message.startswith(f"forge could not go on: model test-model: {error}. {advice}")
    assert failed.value.code == code
    assert stage.said == "I will "


async def test_usage_is_told_only_for_a_model_that_measures(stage):
    model, _ = scripted("done")
    await run(stage, model)
    assert stage.of(UsageReported) == []
    await run_agent(stage, AGENT, scripted("done")[0], "Be brief.", "do it", ())
    assert len(stage.of(UsageReported)) == 1


def test_usage_of_a_model_without_a_price_has_no_cost():
    used = RequestUsage(input_tokens=10, output_tokens=4, cache_read_tokens=3)
    response = ModelResponse(parts=[TextPart("hi")], usage=used, model_name="nobody-knows-it")
    report = usage_reported(AGENT, response, None)
    assert report is not None
    assert (report.input_tokens, report.cache_read_tokens, report.cost_usd) == (10, 3, None)
    assert report.context_used == 14


def test_a_response_that_tells_no_usage_makes_no_report():
    assert usage_reported(AGENT, ModelResponse(parts=[ToolCallPart("look", {})]), None) is None


async def test_what_servers_offer_is_asked_for_before_every_call(stage, tool):
    offered: list[list[str]] = []

    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Any]:
        offered.append([each.name for each in info.function_tools])
        if len(offered) == 1:
            stage.remote = [tool("mcp__files__read", gives("from the server"), kind="use_remote_tool")]
            yield {1: DeltaToolCall("read_file", "{}", tool_call_id="c1")}
        elif len(offered) == 2:
            yield {1: DeltaToolCall("mcp__files__read", "{}", tool_call_id="c2")}
        else:
            yield "done"

    await run(stage, FunctionModel(stream_function=stream), [tool("read_file", gives("text"))])
    assert offered[0] == ["read_file"]
    assert offered[1] == ["mcp__files__read", "read_file"]
    assert stage.calls == [("read_file", "ok"), ("mcp__files__read", "ok")]
    assert stage.of(ToolStarted)[1].action == "use_remote_tool"


async def test_no_server_takes_the_place_of_an_own_tool(stage, tool):
    stage.remote = [tool("read_file", gives("from the server"))]
    model, requests = scripted(("read_file", "{}"), "done")
    await run(stage, model, [tool("read_file", gives("its own"))])
    assert returns(requests[1]) == [("success", "its own")]


async def test_an_agent_can_do_without_servers(stage, tool):
    stage.remote = [tool("mcp__files__read", gives(""))]
    model, requests = scripted(("mcp__files__read", "{}"), "done")
    await run(stage, model, remote_tools=False)
    assert "mcp__files__read" in returns(requests[1])[0][1]
    assert stage.calls == [("mcp__files__read", "error")]
