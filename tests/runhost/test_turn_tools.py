import pytest

from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.permissions import Layer, PermissionLayers
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.gate import Gate
from mogplex_daemon.runhost.turn_tools import TurnTools, narrowed, unknown_tools

pytestmark = pytest.mark.anyio
READS = ("read_file", "search")


def allowed(turn, agent="agt_1", tools=("read_file", "search", "run_command")):
    return [tool for tool in tools if turn.refusal(agent, tool) is None]


def test_nothing_is_narrowed_when_nobody_says_so():
    assert allowed(TurnTools(None)) == ["read_file", "search", "run_command"]


def test_an_empty_list_leaves_no_tool():
    assert allowed(TurnTools(())) == []


def test_shell_is_another_name_of_run_command():
    assert allowed(TurnTools(("shell", "read_file"))) == ["read_file", "run_command"]


def test_what_the_task_allows_holds_for_every_turn_of_every_agent():
    turn = TurnTools(("read_file",))
    turn.begin("agt_1", None)
    turn.join("agt_1", ("run_command", "read_file"))
    assert allowed(turn) == ["read_file"] and allowed(turn, "agt_2") == ["read_file"]
    turn.begin("agt_1", ("run_command",))
    assert allowed(turn) == []


def test_a_message_narrows_its_turn_and_no_other_agent():
    turn = TurnTools(None)
    turn.begin("agt_1", READS)
    assert allowed(turn) == ["read_file", "search"]
    assert allowed(turn, "agt_2") == ["read_file", "search", "run_command"]


def test_a_message_read_in_the_middle_can_only_take_away():
    turn = TurnTools(None)
    turn.begin("agt_1", READS)
    turn.join("agt_1", None)
    assert allowed(turn) == ["read_file", "search"]
    turn.join("agt_1", ("search", "run_command"))
    assert allowed(turn) == ["search"]


def test_an_agent_that_is_spawned_in_a_narrowed_turn_may_use_no_more():
    turn = TurnTools(None)
    turn.begin("agt_1", READS)
    turn.inherit("agt_2", "agt_1")
    turn.inherit("agt_3", "agt_9")
    assert allowed(turn, "agt_2") == ["read_file", "search"]
    assert "run_command" in allowed(turn, "agt_3")


def test_the_next_turn_is_free_again():
    turn = TurnTools(None)
    turn.begin("agt_1", READS)
    turn.begin("agt_1", None)
    assert "run_command" in allowed(turn)


class Echo:
    name = "run_command"
    description = "Says yes."
    input_schema = {}

    def action(self, arguments):
        return "run_command", ""

    async def run(self, call, arguments):
        return ToolResult("ok", "yes")


async def nowhere(_):
    return None


async def test_a_tool_outside_of_its_turn_says_why_and_does_nothing():
    turn = TurnTools(READS)
    (tool,) = narrowed([Echo()], turn)
    result = await tool.run(ToolCall("agt_1", "call_1", nowhere), {})
    assert result.outcome == "denied" and "read_file, search" in result.text
    (free,) = narrowed([Echo()], TurnTools(None))
    assert (await free.run(ToolCall("agt_1", "call_1", nowhere), {})).text == "yes"


@pytest.mark.parametrize("mode", ["approval", "auto"])
async def test_the_gate_refuses_it_in_any_mode_and_the_journal_says_why(mode):
    events = []

    async def emit(event, by=None):
        events.append(event)
        return event

    turn = TurnTools(READS)
    gate = Gate(
        layers=PermissionLayers(Layer("f", None, ()), session_mode=mode),
        workspace="/repo",
        emit=emit,
        approvals=lambda: None,
        now=lambda: 0.0,
        refusal=lambda action: turn.refusal(action.agent_id, action.tool),
    )
    action = ActionRequest("run_command", "bash:ls", "ls", "run_command", "agt_1", "call_1")
    assert not (await gate.decide(action)).allowed
    (resolved,) = events
    assert isinstance(resolved, ApprovalResolved) and resolved.decision == "auto_rejected"
    assert resolved.why is not None and "allowed-tools" in resolved.why.explanation


def test_names_that_are_no_tool_are_found():
    assert unknown_tools(("shell", "read_file", "run_comand"), [Echo()]) == ("read_file", "run_comand")
