from pathlib import Path
from typing import Any

import pytest

from mogplex_contracts.vocabulary import AgentRole
from mogplex_daemon.harness.base import HarnessFailed, RunSpec, ToolCall, ToolResult
from mogplex_daemon.harness.native.delegate import MOST_AT_ONCE, Delegate
from mogplex_daemon.harness.native.harness import NativeHarness
from mogplex_daemon.harness.native.prompts import continued, system_prompt
from mogplex_daemon.harness.native.roles import ROLES, tools_of
from mogplex_daemon.harness.native.work import first_line

pytestmark = pytest.mark.anyio


async def nothing(piece: str) -> None: ...


CALL = ToolCall("agt_1", "call_1", nothing)


def delegate(**outcomes: str) -> Delegate:
    async def work(role: AgentRole, task: str, parent_id: str) -> ToolResult:
        assert parent_id == "agt_1"
        return ToolResult("error" if role in outcomes else "ok", f"{task}!")

    return Delegate(work)


def pieces(*roles: str) -> dict[str, Any]:
    return {"tasks": [{"role": role, "task": f"do {number}"} for number, role in enumerate(roles)]}


async def test_answers_come_in_the_order_of_the_tasks():
    result = await delegate(tester="fails").run(CALL, pieces("tester", "reviewer"))
    assert result.outcome == "ok"
    assert result.text == "## tester: could not finish\ndo 0!\n\n## reviewer: done\ndo 1!"
    assert (await delegate(tester="fails").run(CALL, pieces("tester"))).outcome == "error"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "tasks: Field required"),
        (pieces(), "tasks: "),
        (pieces("poet"), "tasks.0.role: "),
        ({"tasks": [{"role": "tester", "task": ""}]}, "tasks.0.task: "),
        (pieces(*["tester"] * (MOST_AT_ONCE + 1)), "tasks: "),
    ],
)
async def test_wrong_arguments_are_explained(arguments: dict[str, Any], said: str):
    result = await delegate().run(CALL, arguments)
    assert result.outcome == "error" and f"delegate: {said}" in result.text and "researcher" in result.text
    assert delegate().action(arguments) == ("read", "")


def test_what_is_shown_of_a_call_are_its_roles():
    assert delegate().action(pieces("tester", "reviewer")) == ("read", "tester, reviewer")
    assert all(f"- {role}: " in delegate().description for role in ROLES)


def test_a_role_gets_tools_by_what_they_do(tool):
    async def act(call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        return ToolResult("ok", "")

    kinds = ("read", "apply_patch", "delete_file", "run_command", "write_memory", "use_remote_tool")
    tools = [tool(kind, act, kind=kind) for kind in kinds]
    given = {role: {each.name for each in tools_of(known, tools)} for role, known in ROLES.items()}
    assert given["builder"] == set(kinds)
    assert given["architect"] == given["reviewer"] == {"read"}
    assert given["tester"] == {"read", "run_command"}
    assert given["researcher"] == {"read", "use_remote_tool"}


def test_the_prompt_says_what_is_true_of_the_run(tmp_path: Path):
    assert str(tmp_path) in system_prompt(tmp_path, "", delegates=True)
    assert "delegate" not in system_prompt(tmp_path, "", delegates=False)
    assert system_prompt(tmp_path, "Rules.", delegates=True).endswith("\n\nRules.")
    assert continued("go on", ()).endswith("\n\ngo on")
    assert "run_command" in continued("go on", ("run_command",))


def test_a_summary_is_one_short_line():
    assert first_line("\n\n  Done.  \nMore.") == "Done."
    assert len(first_line("x" * 500)) == 120
    assert first_line("") == ""


async def test_without_a_provider_it_says_what_to_type(tmp_path: Path, make_stage):
    with pytest.raises(HarnessFailed, match="type /login") as failed:
        await NativeHarness().run(make_stage(RunSpec("run_1", "hi", tmp_path)))
    assert failed.value.code == "no_model"
    assert not await NativeHarness().interrupt(None)
