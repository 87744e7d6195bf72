import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated, AgentSpawned, AgentStatusChanged
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning, ReasoningDelta
from mogplex_contracts.events.model import ModelRouted
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.run import RunModeChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.agents.reading import as_object, as_text
from mogplex_daemon.harness.base import Verdict
from mogplex_daemon.harness.claude_code.edits import edit_of
from mogplex_daemon.harness.claude_code.failures import turn_end
from mogplex_daemon.harness.claude_code.permission import denial
from mogplex_daemon.harness.claude_code.protocol import (
    NotALine,
    allow,
    hook_answer,
    initialize,
    read_line,
    text_of,
)
from mogplex_daemon.harness.claude_code.tools import SORTS, kind_of, request_of, role_of, sort_of, target_of
from mogplex_daemon.harness.claude_code.translate import Translation

TRANSCRIPTS = Path(__file__).with_name("transcripts") / "claude_code"
WORKSPACE = Path("/workspace")


def messages(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TRANSCRIPTS / f"{name}.jsonl").read_text().splitlines()]


def translated(name: str) -> tuple[Translation, list[Event]]:
    """The events of a transcript, with calls begun as a session does it."""
    translation = Translation(WORKSPACE, lambda: 0.0)
    events: list[Event] = []
    for message in messages(name):
        if message["type"] == "control_request":
            request = message["request"]
            told = request if request["subtype"] == "can_use_tool" else request["input"]
            events += translation.begun(told, as_object(told.get("input") or told.get("tool_input")))
        else:
            events += translation.feed(message)
    return translation, events


def of(events: list[Event], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("name", sorted(path.stem for path in TRANSCRIPTS.glob("*.jsonl")))
def test_every_call_ends_every_delta_is_completed_and_every_agent_is_known(name: str):
    _, events = translated(name)
    started = [event.call_id for event in of(events, ToolStarted)]
    assert sorted(started) == sorted(event.call_id for event in of(events, ToolFinished))
    assert len(set(started)) == len(started)
    for piece, whole in ((AssistantDelta, AssistantMessage), (ReasoningDelta, Reasoning)):
        texts: dict[str, str] = {}
        for event in of(events, piece):
            texts[event.message_id] = texts.get(event.message_id, "") + event.text
        told = {event.message_id: event.text for event in of(events, whole)}
        assert texts.items() <= told.items()
    agents = {event.agent_id for event in of(events, AgentSpawned)}
    assert len(agents) == len(of(events, AgentSpawned))
    assert {event.agent_id for event in of(events, ToolStarted)} <= agents


def test_a_turn_with_writing_editing_and_reading():
    translation, events = translated("write-and-edit")
    assert [event.text for event in of(events, Reasoning)] == ["A file is wanted."]
    assert [event.text for event in of(events, AssistantMessage)] == [
        "First the file.",
        "app.py is in place.",
    ]
    assert [(event.tool, event.action, event.target) for event in of(events, ToolStarted)] == [
        ("Write", "apply_patch", "app.py"),
        ("Edit", "apply_patch", "app.py"),
        ("Read", "read", "app.py"),
    ]
    assert {event.outcome for event in of(events, ToolFinished)} == {"ok"}
    assert [event.status for event in of(events, AgentStatusChanged)] == [
        "thinking", "editing", "thinking", "editing", "thinking", "calling_tool", "thinking",
    ]  # fmt: skip
    report = of(events, UsageReported)[-1]
    assert (report.input_tokens, report.output_tokens) == (24_560, 142)
    assert report.cost_usd == pytest.approx(0.02211)
    assert report.context_window == 200_000
    assert translation.session_id


def test_the_older_version_tells_the_same():
    _, events = translated("older-version")
    assert [event.exit_code for event in of(events, ToolFinished) if event.exit_code is not None] == [0]
    assert [event.tool for event in of(events, ToolStarted)] == ["Bash", "Write", "Edit", "Read"]
    assert of(events, AssistantMessage)[-1].text == "All done: hello.txt and app.py are in place."


def test_sub_agents_speak_and_call_for_themselves():
    _, events = translated("sub-agents")
    main, alpha, beta = of(events, AgentSpawned)
    assert [(each.number, each.name, each.role, each.parent_id) for each in (alpha, beta)] == [
        (2, "Write alpha", "builder", main.agent_id),
        (3, "Write beta", "researcher", main.agent_id),
    ]
    said = [(event.agent_id, event.text) for event in of(events, AssistantMessage)]
    assert (alpha.agent_id, "alpha works") in said
    assert (beta.agent_id, "beta is done") in said
    commands = {event.target: event.agent_id for event in of(events, ToolStarted) if event.tool == "Bash"}
    assert commands == {"echo alpha > alpha.txt": alpha.agent_id, "echo beta > beta.txt": beta.agent_id}
    models = {event.agent_id: event.to for event in of(events, ModelRouted) if event.agent_id}
    assert models == dict.fromkeys((alpha.agent_id, beta.agent_id), "claude-sonnet-4-5")
    ends = [(event.agent_id, event.status) for event in of(events, AgentFinished)]
    assert ends == [(beta.agent_id, "completed"), (alpha.agent_id, "completed")]


def test_an_exit_code_is_taken_out_of_what_a_command_printed():
    _, events = translated("failed-command")
    finished = of(events, ToolFinished)[0]
    assert (finished.outcome, finished.exit_code, finished.output) == ("error", 3, "out\nerr")


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("denied", "denied"), ("interrupted-command", "interrupted"), ("withdrawn", "interrupted")],
)
def test_how_a_call_ended_is_told_from_its_result(name: str, outcome: str):
    _, events = translated(name)
    assert [event.outcome for event in of(events, ToolFinished)] == [outcome]
    assert of(events, ToolFinished)[0].exit_code is None


def test_a_plan_grows_and_is_worked_off():
    _, events = translated("to-do-list")
    plans = [[(step.text, step.status) for step in plan.steps] for plan in of(events, AgentPlanUpdated)]
    assert plans == [
        [("Look", "pending")],
        [("Look", "pending"), ("Build", "pending")],
        [("Look", "in_progress"), ("Build", "pending")],
        [("Look", "done"), ("Build", "pending")],
    ]


def test_planning_is_a_mode_of_the_run():
    _, events = translated("plan-mode")
    assert [event.mode for event in of(events, RunModeChanged)] == ["planning", "executing"]


def test_the_model_it_chose_is_told_once():
    _, events = translated("interrupted-command")
    told = [(event.from_model, event.to) for event in of(events, ModelRouted)]
    assert told == [(None, "claude-sonnet-4-5")]


def test_a_retry_is_told_with_its_reason():
    _, events = translated("rate-limit")
    assert [event.message for event in of(events, Diagnostic)] == [
        "the model's server answered 429 (rate limit); try 1 of 1 in 1.2 s"
    ]
    assert of(events, AssistantMessage) == []


def test_an_answer_that_broke_off_is_told_and_what_was_seen_of_it_stays():
    _, events = translated("cut-off")
    assert [event.text for event in of(events, AssistantMessage)] == ["Half a sen", "Whole again."]
    assert [event.code for event in of(events, Diagnostic)] == ["model_retry"]


@pytest.mark.parametrize(
    ("name", "code"), [("rate-limit", "model_rate_limit"), ("refused", "model_unreachable")]
)
def test_a_failure_is_told_by_its_flag_though_its_subtype_says_success(name: str, code: str):
    found = messages(name)
    result = next(message for message in found if message["type"] == "result")
    error = next(message["error"] for message in found if message["type"] == "assistant")
    assert result["subtype"] == "success"
    end = turn_end(result, error)
    assert end.failure is not None
    assert end.failure.code == code


def test_an_interrupt_is_no_failure():
    result = next(message for message in messages("interrupted-command") if message["type"] == "result")
    end = turn_end(result, "")
    assert end.interrupted
    assert end.failure is None


def test_costs_are_totals_of_a_process_and_are_never_added_twice():
    translation = Translation(WORKSPACE, lambda: 0.0)

    def told(cost: float, output: int) -> list[Event]:
        model = {
            "costUSD": cost,
            "outputTokens": output,
            "inputTokens": 10 * output,
            "contextWindow": 200_000,
        }
        return translation.feed({"type": "result", "modelUsage": {"m": model}})

    costs = [each.cost_usd for each in of([*told(0.1, 1), *told(0.3, 2), *told(0.3, 2)], UsageReported)]
    assert costs == pytest.approx([0.1, 0.2])
    # A process that was started anew, or was told to forget everything, counts from 0 again.
    translation.lost()
    assert [report.cost_usd for report in told(0.05, 1)] == pytest.approx([0.05])
    assert [report.cost_usd for report in told(0.01, 0)] == pytest.approx([0.01])


def test_a_price_that_is_not_known_is_not_zero():
    model = {"costUSD": 0, "outputTokens": 5, "inputTokens": 5}
    events = Translation(WORKSPACE, lambda: 0.0).feed({"type": "result", "modelUsage": {"own": model}})
    assert [event.cost_usd for event in of(events, UsageReported)] == [None]


def test_a_process_that_is_lost_leaves_nothing_open():
    translation = Translation(WORKSPACE, lambda: 0.0)
    events: list[Event] = []
    for message in messages("sub-agents"):
        if message["type"] == "control_request" and message["request"]["subtype"] == "can_use_tool":
            events += translation.begun(message["request"], message["request"]["input"])
        elif message["type"] != "control_request":
            events += translation.feed(message)
        if len(of(events, AgentSpawned)) == 3 and len(of(events, ToolStarted)) == 3:
            break
    events += translation.lost()
    assert len(of(events, ToolFinished)) == len(of(events, ToolStarted)) == 3
    assert [event.status for event in of(events, AgentFinished)] == ["failed", "failed"]
    assert not translation.crew.works


def test_an_allowed_call_never_carries_a_rule_for_later_ones():
    answer = json.loads(allow("r", {"command": "ls"}))["response"]["response"]
    assert answer == {"behavior": "allow", "updatedInput": {"command": "ls"}}


@pytest.mark.parametrize("line", [b"", b"garbage", b"[]", b"3", b'{"half":', b"\xff\xfe"])
def test_a_line_that_is_no_object_is_refused_in_words(line: bytes):
    with pytest.raises(NotALine):
        read_line(line)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["subtype", "event", "message", "content", "index", "delta", "usage", "id", "input", "patch",
                 "task_id", "tool_use_id", "modelUsage", "status", "tool_result_meta", "tool_use_result"]
            ),
            inner,
            max_size=4,
        ),
        max_leaves=12,
    ),
    st.sampled_from(["system", "stream_event", "assistant", "user", "result", "news"]),
    st.sampled_from(
        ["init", "status", "task_started", "task_updated", "task_notification", "api_retry", "informational", ""]
    ),
)  # fmt: skip
def test_nothing_it_may_say_breaks_the_translation(content: object, kind: str, subtype: str):
    translation = Translation(WORKSPACE, lambda: 0.0)
    more = content if isinstance(content, dict) else {"message": content, "event": content}
    translation.feed({**more, "type": kind, "subtype": subtype})
    translation.lost()


def test_an_edit_is_shown_as_the_change_of_the_whole_file():
    before = "one\ntwo\nthree\n"
    edit = edit_of("Edit", {"old_string": "two", "new_string": "2"}, "a.txt", before)
    assert edit.diff == "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
    assert (edit.file.change, edit.file.added, edit.file.removed) == ("update", 1, 1)


def test_every_place_is_changed_only_when_that_is_asked():
    once = edit_of("Edit", {"old_string": "x", "new_string": "y"}, "a", "x\nx\n")
    everywhere = edit_of("Edit", {"old_string": "x", "new_string": "y", "replace_all": True}, "a", "x\nx\n")
    assert (once.file.added, everywhere.file.added) == (1, 2)


def test_several_edits_follow_each_other():
    edits = [{"old_string": "a", "new_string": "b"}, {"old_string": "b", "new_string": "c"}]
    assert "+c\n" in edit_of("MultiEdit", {"edits": edits}, "f", "a\n").diff


def test_an_edit_that_does_not_fit_shows_both_sides():
    edit = edit_of("Edit", {"old_string": "gone", "new_string": "new"}, "a.txt", "other\n")
    assert edit.diff == "--- a/a.txt\n+++ b/a.txt\n@@\n-gone\n+new\n"


def test_an_edit_of_a_notebook_says_what_becomes_of_which_cell():
    gone = {"notebook_path": "n.ipynb", "cell_id": "c\n7", "edit_mode": "delete", "new_source": ""}
    assert edit_of("NotebookEdit", gone, "n.ipynb", "{}").diff == (
        "--- a/n.ipynb\n+++ b/n.ipynb\n@@\n delete the cell c 7\n"
    )
    new = edit_of("NotebookEdit", {"new_source": "x = 1"}, "n.ipynb", "{}")
    assert new.diff.endswith("@@\n replace a cell\n+x = 1\n")


def test_what_is_no_text_of_a_result_is_named():
    blocks = [{"type": "text", "text": "ok"}, {"type": "image", "source": {}}, {"type": "brand_new"}, {}]
    assert text_of(blocks) == "ok\n[image]\n[brand_new]\n[something]"


def test_a_file_without_a_last_newline_says_so():
    edit = edit_of("Write", {"content": "x"}, "a.txt", None)
    assert edit.diff == "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"


def request(tool: str, **arguments: Any) -> Any:
    return request_of(tool, arguments, WORKSPACE, agent_id="agt", call_id="call")


def test_tools_are_described_as_our_own_describe_themselves():
    command = request("Bash", command="git push", description="Push it")
    assert (command.kind, command.descriptor, command.target) == ("run_command", "bash:git push", "git push")
    assert command.detail == "git push\n\nclaude says why: Push it"
    names = {tool: request(tool).tool for tool in ("Bash", "Read", "Glob", "Grep", "WebFetch")}
    assert names == {
        "Bash": "run_command", "Read": "read_file", "Glob": "list_files", "Grep": "search", "WebFetch": "WebFetch",
    }  # fmt: skip
    assert request("Read", file_path="/workspace/src/a.py").descriptor == "read:src/a.py"
    assert request("Read", file_path="/etc/passwd").descriptor == "read:/etc/passwd"
    assert request("Glob", pattern="**/*.py").descriptor == "read:."
    remote = request("mcp__github__create_issue", title="x")
    assert (remote.kind, remote.descriptor) == ("use_remote_tool", "mcp:github/create_issue")
    assert '"title": "x"' in remote.detail


def test_what_is_not_known_to_be_harmless_is_asked():
    for tool in ("WebFetch", "Monitor", "CronCreate", "EnterWorktree", "Skill", "SomethingNew"):
        assert request(tool).descriptor == f"mcp:claude-code/{tool}"
    unasked = {tool for tool, sort in SORTS.items() if sort == "inner"}
    assert not unasked & {"Bash", "Write", "Edit", "Read", "WebFetch", "Skill", "ExitPlanMode"}
    assert all(request(tool) is None for tool in unasked)


def test_every_tool_has_a_kind_a_target_and_a_role_has_a_word():
    assert {kind_of(tool) for tool in SORTS} == {"run_command", "apply_patch", "read"}
    assert target_of("Bash", {"command": "ls"}, WORKSPACE) == "ls"
    assert target_of("Edit", {"file_path": "/workspace/a"}, WORKSPACE) == "a"
    assert target_of("mcp__x__y", {}, WORKSPACE) == "x/y"
    assert target_of("TaskList", {}, WORKSPACE) == ""
    assert sort_of("whatever") == "remote"
    assert [role_of(name) for name in ("Explore", "Plan", "code-reviewer", "test-runner", "general-purpose")] == [
        "researcher", "architect", "reviewer", "tester", "builder",
    ]  # fmt: skip


def test_a_denial_says_who_and_why():
    assert denial(Verdict("rejected", "use git mv")).startswith(
        "A person rejected this. use git mv Nothing was done."
    )
    assert "Nobody answered" in denial(Verdict("expired"))


def test_words_are_taken_from_what_is_there():
    assert as_text(None) == as_text(3) == ""
    assert as_object([1]) == {}


def test_before_every_tool_it_asks_and_a_question_that_fails_stops_the_tool():
    asked = json.loads(initialize("1", "Mind the teapot."))["request"]
    (hook,) = asked["hooks"]["PreToolUse"]
    # Without these a hook of its own that fails, or that a person takes long for, lets the tool run.
    assert (hook["onFailure"], hook["timeout"], "matcher" in hook) == ("block", 86_400, False)
    answer = json.loads(hook_answer("2"))["response"]["response"]["hookSpecificOutput"]
    assert answer["permissionDecision"] == "ask"
    assert asked["appendSystemPrompt"] == "Mind the teapot."
