"""What the two agents do besides what all agents do, on the real programs."""

from pathlib import Path

import pytest

from mogplex_contracts.commands.run import ModelChange
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.ids import new_id
from tests.agents.acp_world import GEMINI, OPENCODE
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.conformance import NOTE, OTHER_MODEL, Case, conform
from tests.agents.script import MAIN, Run, Say, WriteFile
from tests.agents.stage import Stage

pytestmark = pytest.mark.anyio

BOTH = pytest.mark.parametrize("agent", [OPENCODE, GEMINI], ids=lambda agent: agent.harness)


@BOTH
async def test_a_patch_of_the_workspace_is_rejected_with_a_note(agent: AgentUnderTest, tmp_path: Path):
    async def play(stage: Stage) -> None:
        request = await stage.asked()
        assert (request.action, request.descriptors) == ("apply_patch", ("write:new.txt",))
        assert "+hello" in request.detail
        await stage.client.decide(request, approve=False, note=NOTE)
        await stage.approve_all()
        stage.ended("completed")
        assert not Path(stage.host.start.cwd, "new.txt").exists()
        assert stage.client.state.patches[request.patch_id or ""].status == "rejected"
        assert NOTE in stage.world.heard()

    answers = {MAIN: [[WriteFile("new.txt", "hello")], [Say("Understood.")]]}
    await conform(agent, Case("patch", "", lambda outside: answers, play), tmp_path)


async def test_opencode_takes_another_model_from_its_next_turn(tmp_path: Path):
    async def play(stage: Stage) -> None:
        client, request = stage.client, await stage.asked()
        command = ModelChange(id=new_id("cmd"), model=OTHER_MODEL)
        await client.send(command)
        await client.decide(await client.until(ApprovalRequested), approve=True)
        assert isinstance(await client.answer(command), CommandAccepted)
        await client.answer(await client.say("go on"))
        await client.decide(request, approve=True)
        await stage.approve_all()
        stage.ended("completed")
        models = stage.world.models()
        assert (models[0], models[-1]) == ("fake-1", OTHER_MODEL)

    answers = {MAIN: [[Run("true")], [Say("First.")], [Say("Second.")]]}
    await conform(OPENCODE, Case("model", "", lambda outside: answers, play), tmp_path)


async def test_a_repository_that_allows_everything_changes_nothing(tmp_path: Path):
    async def play(stage: Stage) -> None:
        assert (await stage.asked()).descriptors == ("bash:touch owned",)
        stage.host.process.terminate()
        await stage.client.until_gone()

    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "opencode.json").write_text('{"permission": {"*": "allow"}}')
    answers = {MAIN: [[Run("touch owned")]]}
    await conform(OPENCODE, Case("allowed", "", lambda outside: answers, play), tmp_path)
