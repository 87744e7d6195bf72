import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned, AgentStatusChanged
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.patch import PatchApplied, PatchProposed, PatchRejected
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.harness.codex.translate import Translation

TRANSCRIPTS = Path(__file__).parent / "transcripts" / "codex"
NAMES = sorted(path.stem for path in TRANSCRIPTS.glob("*.jsonl"))
Kind = TypeVar("Kind")


def said(name: str) -> Iterator[dict[str, Any]]:
    for line in (TRANSCRIPTS / f"{name}.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        if record["dir"] == "in":
            yield record["msg"]


def translation(workspace: str = "/LAB/ws/demo") -> Translation:
    numbers = count(1)
    return Translation(Path(workspace), lambda prefix: f"{prefix}_{next(numbers)}")


def replayed(name: str, messages: int | None = None) -> tuple[Translation, list[Event]]:
    found = translation(f"/LAB/ws/{'demo' if name == 'approvals' else name}")
    events: list[Event] = []
    for number, message in enumerate(said(name)):
        if number == messages:
            break
        thread = (message.get("result") or {}).get("thread") if "method" not in message else None
        if thread and found.crew.of_thread(thread["id"]) is None:
            events += found.begin(thread["id"], "fake-1")
        if "method" in message and "id" not in message:
            events += found.feed(message["method"], message["params"])
    return found, events


def of(events: list[Event], kind: type[Kind]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]


def notify(found: Translation, method: str, **params: Any) -> list[Event]:
    return found.feed(method, {"threadId": "t", "turnId": "u", **params})


def command(item_id: str = "c", status: str = "inProgress", **more: Any) -> dict[str, Any]:
    line = "/bin/bash -lc 'echo hi'"
    return {"type": "commandExecution", "id": item_id, "command": line, "status": status, **more}


def begun() -> Translation:
    found = translation("/w")
    found.begin("t", "m")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_call_starts_once_and_ends_at_most_once_and_nothing_is_odd(name: str):
    _, events = replayed(name)
    started = [event.call_id for event in of(events, ToolStarted)]
    ended = [event.call_id for event in of(events, ToolFinished)]
    assert len(set(started)) == len(started)
    assert len(set(ended)) == len(ended)
    assert set(ended) <= set(started)
    assert not [event for event in of(events, Diagnostic) if event.code == "agent_message_odd"]


@pytest.mark.parametrize("name", NAMES)
def test_wherever_codex_ends_nothing_stays_open(name: str):
    length = len(list(said(name)))
    for messages in range(0, length, max(1, length // 12)):
        found, events = replayed(name, messages)
        events += found.close_all(0, "failed", "codex ended")
        assert {event.call_id for event in of(events, ToolStarted)} == {
            event.call_id for event in of(events, ToolFinished)
        }
        settled = {event.patch_id for event in of(events, PatchApplied)}
        settled |= {event.patch_id for event in of(events, PatchRejected)}
        assert settled == {event.patch_id for event in of(events, PatchProposed)}
        if of(events, AgentSpawned):
            main = found.crew.main
            ends = {event.agent_id: event.status for event in of(events, AgentFinished)}
            assert main is not None
            assert ends.pop(main.agent_id) == "failed"
            assert set(ends.values()) <= {"failed", "killed"}


def test_a_message_comes_in_pieces_and_whole_with_one_id():
    _, events = replayed("decline")
    message = of(events, AssistantMessage)[0]
    pieces = [event.text for event in of(events, AssistantDelta) if event.message_id == message.message_id]
    assert "".join(pieces) == message.text


def test_reasoning_is_told_apart_from_messages():
    _, events = replayed("approvals")
    assert of(events, Reasoning)[0].text == "Plan: create a file then edit the README"


def test_a_command_is_shown_without_its_shell_with_output_and_exit_code():
    _, events = replayed("approvals")
    first = of(events, ToolStarted)[0]
    assert (first.tool, first.action) == ("run_command", "run_command")
    assert first.target == "touch hello.txt && echo created && ls"
    ended = next(event for event in of(events, ToolFinished) if event.call_id == first.call_id)
    assert (ended.outcome, ended.exit_code) == ("ok", 0)
    assert ended.output.startswith("created\n")
    failing = next(event for event in of(events, ToolFinished) if event.exit_code == 1)
    assert failing.outcome == "error"


def test_a_patch_is_a_unified_diff_of_relative_paths():
    _, events = replayed("decline")
    patch = of(events, PatchProposed)[0]
    assert [(file.path, file.change, file.added, file.removed) for file in patch.files] == [
        ("README.md", "update", 3, 1)
    ]
    assert patch.diff == (
        "--- a/README.md\n+++ b/README.md\n@@ -1 +1,3 @@\n-# demo\n+# demo project\n+\n+Says hello.\n"
    )
    assert [event.patch_id for event in of(events, PatchRejected)] == [patch.patch_id]
    assert "denied" in {event.outcome for event in of(events, ToolFinished)}


def test_a_remote_call_shows_server_tool_arguments_and_what_it_gave():
    _, events = replayed("mcp")
    call = of(events, ToolStarted)[0]
    assert (call.tool, call.action, call.input) == ("demo/echo", "use_remote_tool", {"text": "hi"})
    assert of(events, ToolFinished)[0].output == "echo: hi"
    assert {(event.server, event.status) for event in of(events, McpServerChanged)} == {
        ("demo", "starting"),
        ("demo", "ready"),
        ("broken", "starting"),
        ("broken", "unavailable"),
    }


def test_usage_adds_up_to_what_codex_counted():
    found, events = replayed("approvals")
    main = found.crew.main
    assert main is not None
    reports = [event for event in of(events, UsageReported) if event.agent_id == main.agent_id]
    assert sum(report.input_tokens for report in reports) == main.counted.input_tokens
    assert sum(report.output_tokens for report in reports) == main.counted.output_tokens
    assert reports[-1].context_window == 258_400


def test_usage_told_twice_counts_once():
    found = begun()
    counts = {"totalTokens": 12, "inputTokens": 10, "outputTokens": 2}
    usage = {"total": counts, "last": counts, "modelContextWindow": 100}
    assert len(notify(found, "thread/tokenUsage/updated", tokenUsage=usage)) == 1
    assert notify(found, "thread/tokenUsage/updated", tokenUsage=usage) == []


def test_a_retry_is_told_and_the_error_that_ends_the_turn_is_left_to_its_end():
    _, events = replayed("error-401")
    retries = [event for event in of(events, Diagnostic) if event.code == "model_retry"]
    assert len(retries) == 1
    assert "Reconnecting... 1/1" in retries[0].message
    assert "401" in retries[0].message


def test_what_an_interrupt_leaves_open_is_closed():
    _, events = replayed("interrupt-pending-approval")
    assert {event.call_id for event in of(events, ToolStarted)} == {
        event.call_id for event in of(events, ToolFinished)
    }
    assert "interrupted" in {event.outcome for event in of(events, ToolFinished)}


def test_output_after_the_end_of_an_interrupted_call_is_passed_over():
    found = begun()
    notify(found, "item/started", item=command(), startedAtMs=1)
    notify(found, "turn/completed", turn={"id": "u", "status": "interrupted"})
    assert notify(found, "item/commandExecution/outputDelta", itemId="c", delta="late") == []


def test_a_command_that_outlives_its_turn_ends_when_it_ends():
    found = begun()
    notify(found, "item/started", item=command(), startedAtMs=1)
    notify(found, "turn/completed", turn={"id": "u", "status": "completed"})
    late = notify(
        found,
        "item/completed",
        item=command(status="completed", exitCode=0, aggregatedOutput="done"),
        startedAtMs=1,
        completedAtMs=90_001,
    )
    assert [(event.output, event.duration_ms) for event in of(late, ToolFinished)] == [("done", 90_000)]


def test_the_whole_output_replaces_pieces_that_were_missing():
    found = begun()
    notify(found, "item/started", item=command(), startedAtMs=1)
    live = notify(found, "item/commandExecution/outputDelta", itemId="c", delta="tick 2\n")
    assert [event.text for event in of(live, ToolOutput)] == ["tick 2\n"]
    done = command(status="completed", exitCode=0, aggregatedOutput="tick 1\ntick 2\n")
    ended = notify(found, "item/completed", item=done, startedAtMs=1, completedAtMs=2)
    assert of(ended, ToolFinished)[0].output == "tick 1\ntick 2\n"


def test_pieces_stand_for_a_whole_that_is_not_told():
    found = begun()
    notify(found, "item/started", item=command(), startedAtMs=1)
    notify(found, "item/commandExecution/outputDelta", itemId="c", delta="")
    notify(found, "item/commandExecution/outputDelta", itemId="c", delta="\0\ufffd 日本語\n")
    done = command(status="completed", exitCode=0, aggregatedOutput=None)
    assert of(notify(found, "item/completed", item=done), ToolFinished)[0].output == "\0\ufffd 日本語\n"


def test_the_same_item_id_in_another_turn_is_another_call():
    found = begun()
    first = notify(found, "item/started", item=command(), startedAtMs=1)
    notify(found, "item/completed", item=command(status="completed"), startedAtMs=1, completedAtMs=2)
    second = notify(found, "item/started", item=command(), startedAtMs=3, turnId="v")
    assert of(first, ToolStarted)[0].call_id != of(second, ToolStarted)[0].call_id


def test_an_end_that_is_told_twice_counts_once_until_the_item_begins_anew():
    found = begun()
    done = command(status="completed", exitCode=0, aggregatedOutput="hi\n")
    said = {"type": "agentMessage", "id": "m", "text": "Done."}
    for item, kind in ((done, ToolFinished), (said, AssistantMessage)):
        assert len(of(notify(found, "item/completed", item=item), kind)) == 1
        assert notify(found, "item/completed", item=item) == []
    again = notify(found, "item/started", item=command(), startedAtMs=1)
    assert len(of(again, ToolStarted)) == 1
    assert len(of(notify(found, "item/completed", item=done), ToolFinished)) == 1


def test_an_item_that_never_started_is_whole_at_its_end():
    ended = notify(begun(), "item/completed", item=command(status="failed", exitCode=7), completedAtMs=5)
    assert [type(event) for event in ended if isinstance(event, ToolStarted | ToolFinished)] == [
        ToolStarted,
        ToolFinished,
    ]


def test_agents_that_codex_starts_have_their_parent_and_their_own_end():
    found = begun()
    spawn = {
        "type": "collabAgentToolCall",
        "id": "s",
        "tool": "spawnAgent",
        "status": "completed",
        "senderThreadId": "t",
        "receiverThreadIds": ["sub"],
        "model": "small",
    }
    main = found.crew.main
    assert main is not None
    born = of(notify(found, "item/completed", item=spawn, completedAtMs=1), AgentSpawned)
    assert [(event.parent_id, event.model, event.number) for event in born] == [(main.agent_id, "small", 2)]
    notify(found, "turn/started", threadId="sub", turn={"id": "x"})
    started = notify(found, "item/started", threadId="sub", item=command("d"), startedAtMs=1)
    assert of(started, ToolStarted)[0].agent_id == born[0].agent_id
    ended = notify(found, "turn/completed", threadId="sub", turn={"id": "x", "status": "completed"})
    assert [event.agent_id for event in of(ended, AgentFinished)] == [born[0].agent_id]
    again = notify(found, "turn/started", threadId="sub", turn={"id": "y"})
    assert of(again, AgentStatusChanged)[0].status == "thinking"


def test_a_thread_nobody_announced_belongs_to_the_main_agent():
    found = begun()
    events = notify(found, "turn/started", threadId="other", turn={"id": "x"})
    assert of(events, AgentSpawned)[0].parent_id == "agt_1"


def test_what_a_newer_codex_adds_and_what_is_malformed_is_told_once():
    found = begun()
    new = [
        *notify(found, "thread/somethingNew", data=1),
        *notify(found, "thread/somethingNew", data=2),
        *notify(found, "item/started", item={"type": "hologram", "id": "h"}, startedAtMs=1),
    ]
    assert [event.message.partition(",")[0] for event in of(new, Diagnostic)] == [
        "codex sent thread/somethingNew",
        "codex sent an item hologram",
    ]
    odd = notify(found, "item/started", item={"type": "commandExecution"}, startedAtMs=1)
    assert [event.code for event in of(odd, Diagnostic)] == ["agent_message_odd"]
    assert notify(found, "item/started", item={"type": "commandExecution"}, startedAtMs=1) == []


def test_a_warning_is_told_once():
    found = begun()
    assert len(notify(found, "warning", message="no bubblewrap")) == 1
    assert notify(found, "warning", message="no bubblewrap") == []


def test_a_server_that_codex_cannot_start_is_told_with_the_reason():
    told = notify(
        begun(), "mcpServer/startupStatus/updated", name="docs", status="failed", error="no such program"
    )
    assert [(each.server, each.status, each.error, each.source) for each in of(told, McpServerChanged)] == [
        ("docs", "unavailable", "no such program", "codex")
    ]
