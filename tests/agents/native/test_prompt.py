import json

import pytest

from mogplex_contracts.commands.run import RunMessage
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.memory import ContextLoaded
from mogplex_daemon.home.memory import MemoryStore
from mogplex_daemon.home.repo_slug import repo_slug
from tests.agents.model_server import Answer, Call
from tests.agents.native.runs import READ, native
from tests.agents.openai_server import said_to
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio


async def test_the_system_prompt_is_put_together_once_and_what_is_in_it_is_told(bench: Bench):
    bench.mode = "auto"
    bench.write_home("AGENTS.md", "I like tabs.")
    (bench.workspace / "AGENTS.md").write_text("Plain rules.")
    (bench.workspace / "AGENTS.override.md").write_text("Rules of today.")
    (bench.workspace / "agent.json").write_text(
        json.dumps({"system_prompt_suffix": "Cite files.", "disabled_tools": ["delegate", "delete_file"]})
    )
    memory = MemoryStore(bench.home.memory(repo_slug(bench.workspace)))
    await memory.write("build/how", "make does it", "run_1", "forge")
    async with native(bench, [Answer("I look.", (READ,)), Answer("Done.")]) as run:
        (bench.workspace / "AGENTS.override.md").write_text("Too late.")
        await run.to_the_end()
        loaded = [(event.kind, event.path) for event in run.client.of(ContextLoaded)]
        assert loaded == [
            ("instructions", str(bench.home.root / "AGENTS.md")),
            ("instructions", "AGENTS.override.md"),
            ("config", "agent.json"),
            ("memory", "build/how"),
            ("config", "mogplex system prompt"),
        ]
        assert all(event.tokens for event in run.client.of(ContextLoaded))
    first, second = (said_to(seen.body, "system")[0] for seen in run.server.seen)
    assert first == second
    order = ["You are a coding agent", "I like tabs.", "Rules of today.", "Cite files.", "make does it"]
    places = [first.index(text) for text in order]
    assert places == sorted(places) and "Plain rules." not in first
    offered = {tool["function"]["name"] for tool in run.server.seen[0].body["tools"]}
    assert "read_file" in offered and not offered & {"delegate", "delete_file"}


async def test_memory_that_a_rule_asks_about_is_not_put_into_the_prompt(bench: Bench):
    memory = MemoryStore(bench.home.memory(repo_slug(bench.workspace)))
    await memory.write("secret/plan", "we move in may", "run_1", "forge")
    async with native(bench, [Answer("Done.")]) as run:
        await run.to_the_end()
    assert "we move in may" not in json.dumps(run.server.seen[0].body)


async def test_the_model_of_agent_json_is_used_where_nobody_names_another(bench: Bench):
    (bench.workspace / "agent.json").write_text('{"model": "local/project-model"}')
    async with native(bench, [Answer("Done.")]) as run:
        await run.to_the_end()
        assert run.client.of(AgentSpawned)[0].model == "local/project-model"


async def test_sub_agents_of_a_narrowed_run_may_use_no_more_than_it(bench: Bench):
    delegated = Call("delegate", {"tasks": [{"role": "builder", "task": "run it"}]})

    def script(body: dict[str, object]) -> Answer:
        answered = said_to(body, "tool")
        if "of this run: another agent" in said_to(body, "system")[0]:
            return (
                Answer("Tried.") if answered else Answer("", (Call("run_command", {"command": "touch ran"}),))
            )
        if not answered:
            return Answer("I ask.", (Call("run_command", {"command": "true"}),))
        return Answer("", (delegated,)) if len(answered) == 1 else Answer("Done.")

    async with native(bench, script) as run:
        request = await run.client.until(ApprovalRequested)
        await run.client.ask(
            RunMessage(text="only read from now on", allowed_tools=("read_file", "delegate"))
        )
        await run.client.send_decision(request, approve=True)
        asked = await run.client.to_the_end(lambda _: True)
        assert run.end == "completed" and len(asked) == 1
        assert ("run_command", "denied") in run.calls
    assert not (bench.workspace / "ran").exists()


async def test_a_message_for_one_agent_is_read_by_that_agent(bench: Bench):
    delegated = Call("delegate", {"tasks": [{"role": "tester", "task": "run it"}]})

    def script(body: dict[str, object]) -> Answer:
        answered = said_to(body, "tool")
        if "of this run: another agent" in said_to(body, "system")[0]:
            return Answer("Tried.") if answered else Answer("", (Call("run_command", {"command": "true"}),))
        return Answer("Done.") if answered else Answer("", (delegated,))

    async with native(bench, script) as run:
        request = await run.client.until(ApprovalRequested)
        main = run.client.of(AgentSpawned)[0].agent_id
        await run.client.ask(RunMessage(text="for the first", agent_id=main))
        await run.client.ask(RunMessage(text="for the tester", agent_id=request.agent_id))
        await run.client.send_decision(request, approve=True)
        await run.to_the_end()
    tester, first = run.server.seen[-2].body, run.server.seen[-1].body
    assert "for the tester" in said_to(tester, "user") and "for the first" not in said_to(tester, "user")
    assert "for the first" in said_to(first, "user")
