"""Bad input of codex: a clear event, and the run recovers or fails; nothing hangs, nothing is left."""

import sys
from pathlib import Path

import pytest

from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_daemon.home.paths import Home
from tests.support.run_host import Bench, Client

pytestmark = pytest.mark.anyio

ODD = Path(__file__).with_name("odd_codex.py")


def odd(root: Path, how: str) -> Bench:
    workspace = root / "workspace"
    workspace.mkdir()
    bench = Bench(Home(root / "home"), workspace, {"HOME": str(root)}, "approval", "codex", "begin")
    if how == "silent-turn":
        # As long may it take to answer before.
        bench.write_home("config.toml", "[agents]\npatience = 10\n")
    elif how == "silent-turn/start":
        bench.write_home("config.toml", "[agents]\npatience = 3\n")
    elif how.startswith("silent-"):
        bench.write_home("config.toml", "[agents]\npatience = 1\n")
    bench.put_on_path("codex", f'exec "{sys.executable}" "{ODD}" "{how}"\n')
    return bench


async def played(root: Path, how: str) -> Client:
    async with odd(root, how).host() as host:
        client = await host.begin()
        await client.to_the_end(lambda request: False)
        await host.ended()
        assert host.replayed().status == client.state.status
    return client


def diagnostics(client: Client, code: str) -> list[str]:
    return [event.message for event in client.of(Diagnostic) if event.code == code]


def failure(client: Client) -> Error:
    assert client.state.status == "failed"
    return client.of(Error)[-1]


async def test_lines_that_are_no_messages_are_told_a_few_times_and_the_run_goes_on(tmp_path: Path):
    client = await played(tmp_path, "garbage")
    assert client.state.status == "completed"
    told = diagnostics(client, "agent_bad_line")
    assert len(told) == 5
    assert told[0] == "codex said not JSON: {"
    assert told[-1].endswith("further ones are not told")


async def test_a_line_of_megabytes_comes_whole_and_one_beyond_all_bounds_is_told(tmp_path: Path):
    client = await played(tmp_path, "big-lines")
    assert client.state.status == "completed"
    big = client.of(ToolFinished)[-1]
    assert big.artifact is not None
    assert big.artifact.bytes == 5_000_000
    assert diagnostics(client, "agent_bad_line") == [
        "codex said a line of 17,000,042 bytes is too long to be read"
    ]


async def test_a_flood_on_stderr_holds_nothing_up(tmp_path: Path):
    client = await played(tmp_path, "flood")
    assert client.state.status == "completed"


async def test_messages_of_a_wrong_shape_are_told_and_passed_over(tmp_path: Path):
    client = await played(tmp_path, "malformed")
    assert client.state.status == "completed"
    assert len(diagnostics(client, "agent_message_odd")) >= 3


async def test_a_turn_that_ends_in_no_known_way_ends_the_run_in_words(tmp_path: Path):
    error = failure(await played(tmp_path, "malformed-end"))
    assert error.code == "model_failed"


async def test_requests_nobody_knows_are_refused_and_told(tmp_path: Path):
    client = await played(tmp_path, "unknown-requests")
    assert client.state.status == "completed"
    told = diagnostics(client, "agent_request")
    assert len(told) == 3
    assert any("item/hologram/requestApproval" in each for each in told)


@pytest.mark.parametrize(("method", "seconds"), [("initialize", 30), ("thread/start", 30), ("turn/start", 3)])
async def test_an_agent_that_never_answers_ends_the_run_though_its_start_may_take_its_time(
    tmp_path: Path, method: str, seconds: int
):
    error = failure(await played(tmp_path, f"silent-{method}"))
    assert error.code == "agent_silent"
    assert f"did not answer {method} within {seconds} s" in error.message


async def test_whatever_it_says_behind_its_end_is_told_whole_or_not_at_all(tmp_path: Path):
    async with odd(tmp_path, "goes-on").host() as host:
        client = await host.begin()
        await client.to_the_end(lambda request: False)
        await host.ended()
        events = host.journal()
    assert client.state.status == "completed"
    started = [event.call_id for event in events if isinstance(event, ToolStarted)]
    assert started == [event.call_id for event in events if isinstance(event, ToolFinished)]


async def test_one_that_falls_silent_is_told_and_can_be_killed(tmp_path: Path):
    async with odd(tmp_path, "silent-turn").host() as host:
        client = await host.begin()
        told = await client.until(Diagnostic, where=lambda event: event.code == "agent_silent")
        assert "codex has said nothing for 10 s" in told.message
        await client.send(RunKill())
        await client.until_gone()
        assert client.state.status == "killed"


@pytest.mark.parametrize("method", ["initialize", "thread/start", "turn/start"])
async def test_an_agent_that_refuses_ends_the_run_with_its_words(tmp_path: Path, method: str):
    error = failure(await played(tmp_path, f"refuse-{method}"))
    assert (error.code, error.message) == ("agent_refused", "codex refused to work: not today")


@pytest.mark.parametrize("point", ["before-initialize", "before-thread/start"])
async def test_one_that_dies_before_it_works_ends_the_run(tmp_path: Path, point: str):
    error = failure(await played(tmp_path, f"die-{point}"))
    assert error.code == "agent_crashed"
    assert "signal 9" in error.message


@pytest.mark.parametrize("point", ["before-turn/start", "turn", "tool", "message"])
async def test_one_that_dies_at_work_is_started_once_more_and_then_ends_the_run(tmp_path: Path, point: str):
    client = await played(tmp_path, f"die-{point}")
    assert len(diagnostics(client, "agent_restarted")) == 1
    assert failure(client).code == "agent_crashed"
    assert client.state.calls == {}


@pytest.mark.parametrize(
    ("how", "word"), [("newer", "newer"), ("older", "older"), ("unnumbered", "does not say")]
)
async def test_another_version_is_told_and_tried(tmp_path: Path, how: str, word: str):
    client = await played(tmp_path, how)
    assert client.state.status == "completed"
    assert [message.text for message in client.of(AssistantMessage)] == ["Done."]
    assert word in diagnostics(client, "agent_version")[0]
