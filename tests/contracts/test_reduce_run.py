import pytest

from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.message import AssistantDelta
from mogplex_contracts.events.run import RunModeChanged, RunStatusChanged, WorkspaceChanged
from mogplex_contracts.events.tool import ToolOutput
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.vocabulary import RunStatus
from tests.support.story import Story, asked, called, spawned, started


def test_a_start_says_what_the_run_is():
    state = Story(started("mend the header")).state
    assert (state.run_id, state.task, state.cwd, state.harness, state.status) == (
        "run_1", "mend the header", "/repo", "demo", "running",
    )  # fmt: skip
    assert state.started_at != ""
    assert state.timeline.get(0).subject == "mend the header"


@pytest.mark.parametrize(
    ("status", "agent_status"), [("completed", "completed"), ("failed", "failed"), ("killed", "killed")]
)
def test_nothing_works_or_waits_in_a_run_that_has_ended(status: RunStatus, agent_status: str):
    story = Story(started(), RunModeChanged(mode="executing"), spawned(), called(), asked())
    story.tell(
        AssistantDelta(agent_id="agt_1", message_id="msg_1", text="half"),
        ToolOutput(call_id="call_1", text="half"),
        RunStatusChanged(status=status, reason="host_lost"),
    )
    state = story.state
    assert state.agents["agt_1"].status == agent_status
    assert state.agents["agt_1"].ended_at == story.now
    assert state.calls == {}
    assert state.approvals.pending == {}
    assert state.mode == "idle"
    assert state.live.messages == {} and state.live.outputs == {}
    assert state.ended_at == story.now
    assert {entry.status for entry in [*story.of("tool"), *story.of("approval")]} == {"interrupted"}


def test_an_agent_that_had_ended_keeps_its_end():
    story = Story(started(), spawned(), AgentFinished(agent_id="agt_1", status="completed"))
    story.tell(RunStatusChanged(status="killed"))
    assert story.state.agents["agt_1"].status == "completed"


def test_a_pause_tells_who_asked_for_it():
    story = Story(started())
    by = Operator(client_id="cli_1", label="ada@laptop")
    story.tell(evolve(RunStatusChanged(status="paused", reason="operator"), by=by))
    assert story.last.subject == "paused · by ada@laptop"
    assert story.last.status == "waiting"
    assert story.state.ended_at == ""


def test_the_workspace_is_as_last_heard():
    state = Story(started(), WorkspaceChanged(branch="fix", dirty=True, added=1, modified=2, deleted=3)).state
    assert state.branch == "fix"
    assert (state.workspace.dirty, state.workspace.added, state.workspace.modified, state.workspace.deleted) == (
        True, 1, 2, 3,
    )  # fmt: skip
    assert state.timeline.count == 1
