"""Any agent over the protocol, and bad ones: a clear event, and the run recovers or fails; nothing hangs or is left."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mogplex_contracts.commands.run import AgentInterrupt
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.home.paths import Home
from tests.support.run_host import Bench, Client

pytestmark = pytest.mark.anyio

AGENT = Path(__file__).with_name("acp_agent.py")


def bench(root: Path, how: str, mode: PermissionMode = "approval") -> Bench:
    workspace = root / "workspace"
    workspace.mkdir()
    command = shlex.join((sys.executable, str(AGENT), how))
    made = Bench(Home(root / "home"), workspace, {"HOME": str(root)}, mode, f"acp:{command}", "begin")
    if how.startswith("silent"):
        made.write_home("config.toml", "[agents]\npatience = 3\n")
    return made


async def played(
    root: Path, how: str, approve: Callable[[ApprovalRequested], bool] = lambda _: False
) -> Client:
    async with bench(root, how).host() as host:
        client = await host.begin()
        await client.to_the_end(approve)
        await host.ended()
        assert host.replayed().status == client.state.status
    return client


def diagnostics(client: Client, code: str) -> list[str]:
    return [event.message for event in client.of(Diagnostic) if event.code == code]


def said(client: Client) -> str:
    return "".join(message.text for message in client.of(AssistantMessage))


async def test_an_agent_nobody_knows_works_and_a_person_is_told_what_that_means(tmp_path: Path):
    client = await played(tmp_path, "well")
    assert client.state.status == "completed"
    assert said(client) == "I begin. Heard: begin"
    assert "asks for, and for nothing else" in diagnostics(client, "agent_unknown")[0]


async def test_lines_that_are_no_messages_are_told_a_few_times_and_the_run_goes_on(tmp_path: Path):
    client = await played(tmp_path, "garbage")
    assert client.state.status == "completed"
    assert len(diagnostics(client, "agent_bad_line")) == 5
    assert said(client).endswith("Heard: begin")


async def test_a_line_of_megabytes_comes_whole_and_one_beyond_all_bounds_is_told(tmp_path: Path):
    client = await played(tmp_path, "big")
    assert client.state.status == "completed"
    assert "too long to be read" in diagnostics(client, "agent_bad_line")[0]


async def test_a_flood_on_stderr_holds_nothing_up(tmp_path: Path):
    assert (await played(tmp_path, "flood")).state.status == "completed"


async def test_updates_keep_their_order(tmp_path: Path):
    client = await played(tmp_path, "ordered")
    assert "".join(f"{number} " for number in range(50)) in said(client)


async def test_what_has_another_shape_than_it_should_costs_nothing_else(tmp_path: Path):
    client = await played(tmp_path, "malformed")
    assert client.state.status == "completed"
    assert "Still here." in said(client)
    assert "brand_new_kind" in diagnostics(client, "agent_message_unknown")[0]
    assert "a call without an id" in diagnostics(client, "agent_message_odd")[0]
    told = diagnostics(client, "agent_request")
    assert any("without saying what" in each for each in told)
    assert any("brand/new" in each for each in told)


@pytest.mark.parametrize("point", ["start", "initialize", "session"])
async def test_an_agent_that_dies_before_it_works_fails_the_run(tmp_path: Path, point: str):
    client = await played(tmp_path, f"die-{point}")
    assert client.state.status == "failed"
    error = client.of(Error)[-1]
    assert error.code == "agent_crashed"
    assert f"dying at {point}" in error.message


@pytest.mark.parametrize("point", ["prompt", "asking"])
async def test_an_agent_that_dies_at_work_and_takes_nothing_up_again_fails_the_run(
    tmp_path: Path, point: str
):
    async with bench(tmp_path, f"die-{point}").host() as host:
        client = await host.begin()
        await client.until_gone()
        await host.ended()
    assert client.state.status == "failed"
    assert not client.state.approvals.pending


async def test_an_agent_that_never_answers_fails_the_run(tmp_path: Path):
    client = await played(tmp_path, "silent")
    error = client.of(Error)[-1]
    assert (client.state.status, error.code) == ("failed", "agent_silent")
    assert "did not answer initialize within 30 s" in error.message


async def test_a_prompt_without_an_answer_is_told_and_can_be_interrupted(tmp_path: Path):
    async with bench(tmp_path, "silent-prompt").host() as host:
        client = await host.begin()
        await client.until(Diagnostic, where=lambda event: event.code == "agent_silent")
        agent_id = client.of(AgentSpawned)[0].agent_id
        assert isinstance(await client.ask(AgentInterrupt(agent_id=agent_id)), CommandAccepted)
        await client.until(Diagnostic, where=lambda event: event.code == "agent_silent")


async def test_an_agent_that_goes_on_when_it_is_stopped_is_ended(tmp_path: Path):
    async with bench(tmp_path, "stubborn").host() as host:
        client = await host.begin()
        started = await client.until(ToolStarted)
        assert isinstance(await client.ask(AgentInterrupt(agent_id=started.agent_id)), CommandAccepted)
        await client.until_gone()
        await host.ended()
    assert client.of(ToolFinished)[0].outcome == "interrupted"
    assert client.of(Error)[-1].code == "agent_stuck"


async def test_a_newer_protocol_is_named(tmp_path: Path):
    error = (await played(tmp_path, "newer")).of(Error)[-1]
    assert error.code == "agent_protocol"
    assert "version 2" in error.message


async def test_an_agent_without_a_login_says_which_it_wants(tmp_path: Path):
    error = (await played(tmp_path, "login")).of(Error)[-1]
    assert error.code == "agent_login"
    assert "A key" in error.message


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("error-429", "model_rate_limit"),
        ("error-plain", "model_failed"),
        ("refusal", "model_refused"),
        ("length", "agent_limit"),
    ],
)
async def test_a_turn_that_fails_ends_the_run_in_words(tmp_path: Path, how: str, code: str):
    client = await played(tmp_path, how)
    assert (client.state.status, client.of(Error)[-1].code) == ("failed", code)


async def test_an_agent_that_is_not_there_is_named(tmp_path: Path):
    made = bench(tmp_path, "well")
    made.harness = "acp:no-such-agent --acp"
    async with made.host() as host:
        client = await host.begin()
        await client.until_gone()
    error = client.of(Error)[-1]
    assert error.code == "agent_missing"
    assert "no-such-agent" in error.message


async def test_an_approval_is_never_one_for_good(tmp_path: Path):
    client = await played(tmp_path, "only-always", lambda _: True)
    assert "answer cancelled" in said(client)
    assert not client.of(ApprovalRequested)
    assert "only for good" in diagnostics(client, "agent_request")[0]


async def test_an_approved_write_happens_and_is_answered_once(tmp_path: Path):
    client = await played(tmp_path, "writes", lambda _: True)
    assert "answer yes" in said(client)
    assert (tmp_path / "workspace" / "made.txt").read_text() == "made\n"
    assert [patch.status for patch in client.state.patches.values()] == ["applied"]


async def test_a_write_that_calls_itself_reading_is_asked_for_as_a_write(tmp_path: Path):
    client = await played(tmp_path, "both")
    assert [event.descriptors for event in client.of(ApprovalRequested)] == [
        ("write:made.txt",),
        ("bash:touch made-by-command",),
    ]
    assert "no no" in said(client)


async def test_an_agent_that_leaves_its_asking_mode_is_put_back(tmp_path: Path):
    client = await played(tmp_path, "wanders")
    assert client.state.status == "completed"
    assert "put back to ask" in diagnostics(client, "agent_mode")[0]


async def test_what_is_withdrawn_waits_for_nobody_any_more(tmp_path: Path):
    client = await played(tmp_path, "withdraws")
    assert client.state.status == "completed"
    assert "answer cancelled" in said(client)
    assert [event.decision for event in client.of(ApprovalResolved)] == ["expired"]


async def test_two_questions_under_one_id_are_both_answered(tmp_path: Path):
    client = await played(tmp_path, "twice")
    assert client.state.status == "completed"
    assert len(client.of(ApprovalResolved)) == 2


async def test_a_turn_that_a_denial_stopped_is_not_taken_for_one_that_broke_off(tmp_path: Path):
    client = await played(tmp_path, "stops")
    assert client.state.status == "completed"
    assert [event.outcome for event in client.of(ToolFinished)] == ["denied"]


async def test_what_comes_too_early_or_too_late_costs_nothing(tmp_path: Path):
    client = await played(tmp_path, "late")
    assert client.state.status == "completed"
    assert said(client) == "I begin. Heard: begin"
    assert len(client.of(ToolFinished)) == len(client.of(ToolStarted)) == 1


async def test_an_end_nobody_knows_is_told(tmp_path: Path):
    client = await played(tmp_path, "brand-new-stop")
    assert client.state.status == "completed"
    assert "the end brand_new of a turn" in diagnostics(client, "agent_message_unknown")[0]
