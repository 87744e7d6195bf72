"""What two agents said, recorded, as contract events."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning
from mogplex_contracts.events.patch import PatchApplied, PatchProposed, PatchRejected
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_contracts.ids import Prefix
from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.agents.gemini import GEMINI
from mogplex_daemon.harness.acp.agents.opencode import OPENCODE, PERMISSION, remote_name
from mogplex_daemon.harness.acp.agents.others import VIBE, unknown_agent
from mogplex_daemon.harness.acp.failures import failure_code, last_error
from mogplex_daemon.harness.acp.jsonc import without_comments
from mogplex_daemon.harness.acp.opening import HELLO
from mogplex_daemon.harness.acp.options import find_model, read_offer
from mogplex_daemon.harness.acp.permission import Answer, Question, read_request
from mogplex_daemon.harness.acp.translate import Translation
from mogplex_daemon.harness.acp.usage import Meter

TRANSCRIPTS = Path(__file__).with_name("transcripts") / "acp"
WORKSPACE = Path("/workspace")
Kind = TypeVar("Kind")


def ids() -> Callable[[Prefix], str]:
    numbers = itertools.count(1)
    return lambda prefix: f"{prefix}_{next(numbers)}"


class Played:
    """A transcript, translated."""

    def __init__(self, agent: Agent, name: str) -> None:
        self.translation = Translation(agent, WORKSPACE, ids())
        self.events: list[Event] = list(self.translation.begin())
        self.questions: list[Question | Answer] = []
        prompts: set[int] = set()
        for line in (TRANSCRIPTS / f"{name}.jsonl").read_text().splitlines():
            record = json.loads(line)
            message = record["msg"]
            if record["dir"] == "outgoing":
                if message.get("method") == "session/prompt":
                    prompts.add(message["id"])
                    self.events += self.translation.turn_begins()
            elif message.get("method") == "session/update":
                self.events += self.translation.feed(message["params"]["update"], 1_000)
            elif message.get("method") == "session/request_permission":
                params = message["params"]
                events, call = self.translation.asked(params["toolCall"], 1_000)
                self.events += events
                self.questions.append(read_request(params, call, agent, WORKSPACE))
            elif "method" not in message and message.get("id") in prompts:
                self.events += self.translation.turn_ends(message.get("result", {}), 2_000)
                prompts.clear()
        self.events += self.translation.finish(3_000, "completed", "left")

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(params=[(OPENCODE, "opencode"), (GEMINI, "gemini")], ids=lambda param: param[1])
def played(request: pytest.FixtureRequest) -> Played:
    return Played(*request.param)


def test_every_call_that_begins_ends_and_every_delta_is_in_a_message(played: Played):
    started = [event.call_id for event in played.of(ToolStarted)]
    assert sorted(started) == sorted(event.call_id for event in played.of(ToolFinished))
    assert len(started) == len(set(started))
    whole = {event.message_id: event.text for event in played.of(AssistantMessage)}
    for message_id, text in whole.items():
        assert text == "".join(
            each.text for each in played.of(AssistantDelta) if each.message_id == message_id
        )
    assert played.of(Reasoning)
    assert played.of(AgentFinished)[0].summary.startswith("All done")


def test_every_request_is_asked_with_what_it_does_and_answered_for_once(played: Played):
    asked = [each for each in played.questions if isinstance(each, Question)]
    assert [each.action.descriptor for each in asked][:3] == [
        "bash:echo hi-from-shell; sleep 1; pwd > /workspace/shell_out.txt; ls",
        "write:hello.txt",
        "write:hello.txt",
    ]
    answers = json.dumps([[each.accept, each.decline] for each in asked])
    assert "always" not in answers
    assert "+hello" in asked[1].action.detail
    assert "-world" in asked[2].action.detail
    assert "+planet" in asked[2].action.detail


def test_patches_are_proposed_once_and_applied(played: Played):
    proposed = [event.patch_id for event in played.of(PatchProposed)]
    assert proposed == [event.patch_id for event in played.of(PatchApplied)]
    assert [[file.path for file in event.files] for event in played.of(PatchProposed)][:2] == [
        ["hello.txt"]
    ] * 2


def test_opencode_tells_output_piece_by_piece_exit_codes_plans_and_cost():
    played = Played(OPENCODE, "opencode")
    command = next(event for event in played.of(ToolStarted) if event.tool == "run_command")
    pieces = [event.text for event in played.of(ToolOutput) if event.call_id == command.call_id]
    end = next(event for event in played.of(ToolFinished) if event.call_id == command.call_id)
    assert (pieces, end.output, end.exit_code) == (
        ["hi-from-shell\n", "shell_out.txt\n"],
        "hi-from-shell\nshell_out.txt\n",
        0,
    )
    assert [step.text for step in played.of(AgentPlanUpdated)[0].steps] == ["step one"]
    report = played.of(UsageReported)[0]
    assert report.cost_usd
    assert report.context_window == 100_000
    assert (report.input_tokens, report.output_tokens, report.cache_read_tokens) == (1_400, 50, 200)


def test_gemini_tells_usage_by_model():
    reports = Played(GEMINI, "gemini").of(UsageReported)
    assert [(each.model, each.input_tokens, each.output_tokens) for each in reports] == [
        ("gemini-3.8-flash", 1_000, 50),
        ("auto", 3_600, 150),
    ]


def asking(agent: Agent, **call: Any) -> tuple[Translation, Question | Answer]:
    translation = Translation(agent, WORKSPACE, ids())
    params = {
        "toolCall": {"toolCallId": "t", **call},
        "options": [
            {"optionId": "1", "kind": "allow_always"},
            {"optionId": "2", "kind": "allow_once"},
            {"optionId": "3", "kind": "reject_once"},
        ],
    }
    _, found = translation.asked(params["toolCall"], 0)
    return translation, read_request(params, found, agent, WORKSPACE)


@pytest.mark.parametrize(
    ("call", "descriptor"),
    [
        ({"kind": "execute", "title": "ls -l"}, "bash:ls -l"),
        ({"kind": "read", "title": "x", "rawInput": {"command": ["rm", "-rf", "a b"]}}, "bash:rm -rf 'a b'"),
        ({"kind": "edit", "rawInput": {"filePath": "../up.txt"}}, "write:/up.txt"),
        ({"kind": "delete", "locations": [{"path": "/workspace/a.py"}]}, "delete:a.py"),
        ({"kind": "read", "locations": [{"path": "/etc/passwd"}]}, "read:/etc/passwd"),
        ({"kind": "read", "title": "anything"}, "mcp:someone/anything"),
        ({"kind": "fetch", "title": "https://example.org"}, "mcp:someone/https://example.org"),
        ({"title": "deploy", "rawInput": {"to": "prod"}}, "mcp:someone/deploy"),
        ({"kind": "brand_new", "title": "deploy"}, "mcp:someone/deploy"),
    ],
)
def test_a_request_is_named_by_the_most_dangerous_thing_in_it(call: dict[str, Any], descriptor: str):
    _, question = asking(unknown_agent("someone", ("someone",)), **call)
    assert isinstance(question, Question)
    assert question.action.descriptor == descriptor


def test_a_patch_names_every_place_it_could_write_to():
    _, question = asking(
        unknown_agent("someone", ("someone",)),
        kind="edit",
        rawInput={"filePath": "/elsewhere/b"},
        content=[{"type": "diff", "path": "/workspace/a", "oldText": None, "newText": "a\n"}],
    )
    assert isinstance(question, Question)
    assert (question.action.descriptor, question.action.more_descriptors) == (
        "write:a",
        ("write:/elsewhere/b",),
    )


def test_a_move_is_asked_for_as_a_write_and_a_deletion_of_every_place_it_names():
    _, question = asking(
        unknown_agent("someone", ("someone",)),
        kind="move",
        locations=[{"path": "/workspace/neu/ü.txt"}],
        rawInput={"source": "old.txt"},
    )
    assert isinstance(question, Question)
    assert (question.action.descriptor, *question.action.more_descriptors) == (
        "write:neu/ü.txt",
        "write:old.txt",
        "delete:neu/ü.txt",
        "delete:old.txt",
    )
    assert question.action.target == "neu/ü.txt, old.txt"


def test_a_call_that_is_denied_ends_there_and_what_comes_later_tells_nothing():
    translation, question = asking(
        GEMINI,
        kind="edit",
        content=[{"type": "diff", "path": "/workspace/a", "oldText": "", "newText": "a\n"}],
    )
    assert isinstance(question, Question)
    events = translation.calls.deny(question.call, "rejected by a person: no", 1)
    assert [event.reason for event in events if isinstance(event, PatchRejected)] == [
        "rejected by a person: no"
    ]
    assert [event.outcome for event in events if isinstance(event, ToolFinished)] == ["denied"]
    late = {"sessionUpdate": "tool_call_update", "toolCallId": "t", "status": "completed"}
    assert translation.feed(late, 2) == []


def test_opencode_asks_for_a_folder_first_and_only_reading_is_decided_there():
    translation = Translation(OPENCODE, WORKSPACE, ids())
    for kind, answered in (("edit", True), ("execute", True), ("read", False)):
        told = {
            "sessionUpdate": "tool_call",
            "toolCallId": kind,
            "kind": kind,
            "title": kind,
            "status": "pending",
        }
        translation.feed(told, 0)
        call = {
            "toolCallId": kind,
            "kind": "other",
            "title": "/out",
            "rawInput": {"filepath": "/out/g", "parentDir": "/out"},
        }
        params = {"toolCall": call, "options": [{"optionId": "once", "kind": "allow_once"}]}
        _, found = translation.asked(call, 0)
        assert isinstance(read_request(params, found, OPENCODE, WORKSPACE), Answer) is answered


@pytest.mark.parametrize(
    ("usage", "read", "written"),
    [
        (
            {
                "inputTokens": 800,
                "outputTokens": 43,
                "totalTokens": 1050,
                "thoughtTokens": 7,
                "cachedReadTokens": 200,
            },
            1000,
            50,
        ),
        ({"inputTokens": 1000, "outputTokens": 50, "totalTokens": 1050, "cachedReadTokens": 200}, 1000, 50),
        ({"inputTokens": 10, "outputTokens": 5}, 10, 5),
    ],
)
def test_tokens_mean_the_same_whoever_counts_them(usage: dict[str, int], read: int, written: int):
    (report,) = Meter().turn({"usage": usage}, "agt_1", None)
    assert (report.input_tokens, report.output_tokens) == (read, written)


def test_cost_is_what_came_on_top_and_nothing_is_not_a_price():
    meter = Meter()
    meter.context({"used": 1, "size": 2, "cost": {"amount": 0.5, "currency": "USD"}})
    assert [each.cost_usd for each in meter.turn({}, "agt_1", None)] == [0.5]
    meter.context({"used": 1, "size": 2, "cost": {"amount": 0.75, "currency": "USD"}})
    assert [each.cost_usd for each in meter.turn({}, "agt_1", None)] == [0.25]
    free = Meter()
    free.context({"used": 1, "size": 2, "cost": {"amount": 0, "currency": "USD"}})
    assert [each.cost_usd for each in free.turn({"usage": {"inputTokens": 1}}, "agt_1", None)] == [None]


def test_models_are_found_by_their_whole_name_or_its_last_part():
    options = [{"value": "a/one"}, {"value": "b/one"}, {"value": "b/two"}]
    session = {
        "configOptions": [{"id": "m", "category": "model", "currentValue": "a/one", "options": options}]
    }
    choice = read_offer(session).model
    assert choice is not None
    assert [find_model(choice, name) for name in ("a/one", "two", "one", "three")] == [
        "a/one",
        "b/two",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Rate limit reached", "model_rate_limit"),
        ("Incorrect API key", "model_auth"),
        ("Unable to connect. Is the computer able to access the url?", "model_unreachable"),
        ("503 Service Unavailable", "model_unavailable"),
        ("boom", "model_failed"),
    ],
)
def test_a_failure_is_known_by_what_is_said(said: str, code: str):
    assert failure_code(said) == code


def test_opencode_tells_on_stderr_that_it_tries_again():
    line = 'level=ERROR run=1 message="stream error" small=false error.error="AI_APICallError: boom"\n'
    assert last_error(OPENCODE, f"noise\n{line}more noise\n") == "boom"
    assert last_error(GEMINI, line) == ""


def test_comments_and_trailing_commas_are_taken_out_and_strings_stay():
    text = '{ // a\n "a": "x // y, }", /* b */ "c": [1, 2, /* d */ ], }'
    assert json.loads(without_comments(text)) == {"a": "x // y, }", "c": [1, 2]}


def test_a_permission_that_names_only_the_call_is_about_what_was_told_of_it_before():
    translation = Translation(VIBE, WORKSPACE, ids())
    told = {"toolCallId": "t", "kind": "execute", "title": "ls", "rawInput": {"command": "ls > out"}}
    translation.feed({"sessionUpdate": "tool_call", "status": "pending", **told}, 0)
    options = [
        {"optionId": "session", "kind": "allow_always"},
        {"optionId": "ever", "kind": "allow_always"},
        {"optionId": "once", "kind": "allow_once"},
    ]
    params = {"toolCall": {"toolCallId": "t"}, "options": options}
    _, call = translation.asked(params["toolCall"], 0)
    question = read_request(params, call, VIBE, WORKSPACE)
    assert isinstance(question, Question)
    assert question.action.descriptor == "bash:ls > out"
    assert question.accept == {"outcome": {"outcome": "selected", "optionId": "once"}}
    assert translation.feed({"sessionUpdate": "user_message_chunk", "content": {}}, 0) == []


def test_output_beside_the_protocol_is_told_and_its_terminal_is_not_looked_up():
    translation = Translation(unknown_agent("codex-acp", ("codex-acp",)), WORKSPACE, ids())
    call = {
        "toolCallId": "t",
        "kind": "execute",
        "title": "ls",
        "content": [{"type": "terminal", "terminalId": "x"}],
    }
    meta = {"terminal_output_delta": {"data": "one\n", "terminal_id": "x"}}
    ended = {"terminal_exit": {"exit_code": 2, "signal": None}}
    events = [
        *translation.feed({"sessionUpdate": "tool_call", "status": "in_progress", **call}, 0),
        *translation.feed({"sessionUpdate": "tool_call_update", "toolCallId": "t", "_meta": meta}, 0),
        *translation.feed(
            {"sessionUpdate": "tool_call_update", "toolCallId": "t", "status": "failed", "_meta": ended}, 5
        ),
    ]
    assert [event.text for event in events if isinstance(event, ToolOutput)] == ["one\n"]
    ends = [event for event in events if isinstance(event, ToolFinished)]
    assert [(each.outcome, each.output, each.exit_code) for each in ends] == [("error", "one\n", 2)]


def test_a_call_that_is_filled_in_later_and_is_never_in_progress_is_whole_at_its_end():
    translation = Translation(unknown_agent("someone", ("someone",)), WORKSPACE, ids())
    first = {
        "sessionUpdate": "tool_call",
        "toolCallId": "t",
        "kind": "execute",
        "title": "Terminal",
        "rawInput": {},
    }
    filled = {"sessionUpdate": "tool_call_update", "toolCallId": "t", "rawInput": {"command": "ls"}}
    done = {"sessionUpdate": "tool_call_update", "toolCallId": "t", "status": "completed"}
    events = [*translation.feed({**first, "status": "pending"}, 0), *translation.feed(filled, 0)]
    assert events == []
    events = translation.feed(done, 5)
    assert [event.target for event in events if isinstance(event, ToolStarted)] == ["ls"]
    assert [event.outcome for event in events if isinstance(event, ToolFinished)] == ["ok"]


def test_a_patch_that_is_not_shown_whole_is_a_persons_to_decide():
    shown = {"type": "diff", "path": "/workspace/a", "oldText": None, "newText": "a\n"}
    for hidden in (
        {"type": "diff", "path": "/workspace/b", "newText": None},
        {"type": "diff", "newText": "x"},
    ):
        _, question = asking(GEMINI, kind="edit", content=[shown, hidden])
        assert isinstance(question, Question)
        assert question.action.ask_because
    _, whole = asking(GEMINI, kind="edit", content=[shown])
    assert isinstance(whole, Question)
    assert not whole.action.ask_because


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "x" * 70_000, "loop/a"])
def test_a_path_nobody_can_follow_is_asked_for_as_it_is(tmp_path: Path, path: str):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    _, question = asking(GEMINI, kind="edit", rawInput={"filePath": str(tmp_path / path)})
    assert isinstance(question, Question)
    assert question.action.descriptor == f"write:{tmp_path / path}"


def test_opencode_may_start_no_agents_of_its_own_which_would_wait_for_ever():
    assert PERMISSION["task"] == "deny"
    assert PERMISSION["*"] == "ask"


@pytest.mark.parametrize(
    ("title", "servers", "found"),
    [
        ("files_read_file", ("files", "web"), ("files", "read_file")),
        ("my-files_read", ("my-files",), ("my-files", "read")),
        ("files_read", ("web",), None),
        ("files_read", (), None),
        ("files_", ("files",), None),
        ("filesread", ("files",), None),
        # Two servers could be meant.
        ("a_b_c", ("a", "a_b"), None),
        # opencode has tools of its own that are called so.
        ("plan_exit", ("plan",), None),
    ],
)
def test_a_servers_tool_is_known_by_its_title_only_where_that_is_certain(
    title: str, servers: tuple[str, ...], found: tuple[str, str] | None
):
    assert remote_name(title, servers) == found


def test_only_a_call_of_no_known_kind_is_a_servers():
    for kind, descriptor in (("other", "mcp:files/read"), ("fetch", "mcp:opencode/files_read")):
        translation = Translation(OPENCODE, WORKSPACE, ids())
        told = {"toolCallId": "t", "kind": kind, "title": "files_read"}
        params = {"toolCall": told, "options": [{"optionId": "once", "kind": "allow_once"}]}
        _, call = translation.asked(told, 0)
        question = read_request(params, call, OPENCODE, WORKSPACE, ("files",))
        assert isinstance(question, Question)
        assert question.action.descriptor == descriptor


def test_agents_are_offered_no_files_and_no_terminals_of_ours():
    # Gemini CLI cannot write a new file through a client that offers to read files.
    able = HELLO["clientCapabilities"]
    assert able["fs"] == {"readTextFile": False, "writeTextFile": False}
    assert able["terminal"] is False
    assert HELLO["protocolVersion"] == 1
