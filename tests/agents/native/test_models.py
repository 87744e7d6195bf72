import pytest

from mogplex_contracts.events.agent import AgentFinished, AgentSpawned
from mogplex_contracts.events.message import AssistantDelta, Reasoning
from mogplex_contracts.events.notice import Error
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.events.usage import UsageReported
from tests.agents.model_server import Answer, Fail, Tokens
from tests.agents.native.runs import CONFIG, READ, TWO_HUNDRED, native
from tests.support.run_host import Bench

pytestmark = pytest.mark.anyio

both = pytest.mark.parametrize("protocol", ["openai", "anthropic"])


@both
async def test_a_tool_call_and_two_hundred_deltas(bench: Bench, protocol: str):
    script = [
        Answer("I look.", (READ,), think="the readme first"),
        Answer(TWO_HUNDRED, tokens=Tokens(900, 60, 700, 20, 9)),
    ]
    async with native(bench, script, protocol=protocol) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert run.calls == [("read_file", "ok")]
        assert run.said == ["I look.", TWO_HUNDRED]
        assert [event.text for event in run.client.of(Reasoning)] == ["the readme first"]
        assert len(run.client.of(AssistantDelta)) >= 100
        last = run.client.of(UsageReported)[-1]
        assert (last.model, last.input_tokens, last.output_tokens) == ("local/m1", 900, 60)
        assert last.cache_read_tokens == 700
        assert (last.cache_write_tokens, last.reasoning_tokens) == (
            (20, 0) if protocol == "anthropic" else (0, 9)
        )
        assert last.cost_usd is None and last.context_window is None
        assert run.client.of(RunStarted)[0].model == "local/m1"
        (spawned,), (finished,) = run.client.of(AgentSpawned), run.client.of(AgentFinished)
        assert (spawned.number, spawned.role, spawned.model) == (1, "builder", "local/m1")
        assert (finished.status, finished.agent_id) == ("completed", spawned.agent_id)
    key = "authorization"
    assert run.server.seen[0].headers[key] == "Bearer sk-local-0123456789abcdef0123"
    assert b"0123456789abcdef" not in run.host.folder.journal.read_bytes()


@both
async def test_a_cut_stream_is_asked_for_again_from_the_history_without_the_half_answer(
    bench: Bench, protocol: str
):
    script = [Answer("I look.", (READ,)), Answer(TWO_HUNDRED, cut_after=20), Answer("All read.")]
    async with native(bench, script, protocol=protocol) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert run.said[0] == "I look." and run.said[-1] == "All read."
        assert run.calls == [("read_file", "ok")]
        (told,) = run.told("model_retry")
        assert "local/m1: the connection was lost; asking again in " in told and "(1 of 3)" in told
    assert run.server.seen[1].body["messages"] == run.server.seen[2].body["messages"]


@both
async def test_a_stream_that_ends_too_early_in_good_order_is_asked_for_again(bench: Bench, protocol: str):
    script = [Answer("I look.", (READ,), end_after=4), Answer("I look.", (READ,)), Answer("All read.")]
    async with native(bench, script, protocol=protocol) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert run.said[-1] == "All read."
        assert run.calls == [("read_file", "ok")]
        (told,) = run.told("model_retry")
        assert "the connection was lost; asking again in " in told
        assert run.told("model_cut_short") == []
    assert run.server.seen[0].body["messages"] == run.server.seen[1].body["messages"]


async def test_a_server_that_never_says_that_an_answer_ends_is_believed_in_the_end(bench: Bench):
    async with native(bench, [Answer("Done.", end_after=2)] * 3) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert run.said[-1] == "Done."
        (told,) = run.told("model_cut_short")
        assert "does not say when an answer ends" in told
    assert len(run.server.seen) == 3


@pytest.mark.parametrize(("protocol", "how"), [("openai", "length"), ("anthropic", "max_tokens")])
async def test_an_answer_that_reached_its_length_is_told_as_such(bench: Bench, protocol: str, how: str):
    async with native(bench, [Answer("It begins with", how_it_ends=how)], protocol=protocol) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        (told,) = run.told("model_cut_short")
        assert "as long as the model may answer and stops there" in told


@both
async def test_a_provider_that_asks_for_a_long_pause_ends_the_run_and_says_how_long(
    bench: Bench, protocol: str
):
    async with native(bench, [Fail(429, headers={"retry-after": "7000"})], protocol=protocol) as run:
        await run.to_the_end()
        ((code, message),) = run.errors
        assert code == "model_rate_limit"
        assert "it asks to wait for 1:56:40" in message


@both
async def test_a_rate_limit_is_waited_for_as_long_as_the_provider_asks(bench: Bench, protocol: str):
    async with native(
        bench, [Fail(429, headers={"retry-after": "1"}), Answer("Done.")], protocol=protocol
    ) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert "the rate limit is reached; asking again in 1." in run.told("model_retry")[0]
    first, second = run.server.seen
    assert second.at - first.at >= 1


@both
async def test_a_failing_provider_is_asked_again_and_then_given_up(bench: Bench, protocol: str):
    async with native(bench, [Fail(500)] * 4, protocol=protocol) as run:
        await run.to_the_end()
        assert run.end == "failed"
        ((code, message),) = run.errors
        assert code == "model_unavailable"
        assert "forge could not go on after 4 attempts: model local/m1: HTTP 500: simulated." in message
        assert run.client.of(AgentFinished)[0].status == "failed"
    assert len(run.server.seen) == 4


@both
async def test_a_wrong_credential_ends_the_run_at_once_and_says_so(bench: Bench, protocol: str):
    async with native(
        bench, [Fail(401, "invalid key", code="authentication_error")], protocol=protocol
    ) as run:
        await run.to_the_end()
        ((code, message),) = run.errors
        assert (code, run.end) == ("model_auth", "failed")
        assert "HTTP 401: invalid key." in message and "/login" in message
    assert len(run.server.seen) == 1


@both
async def test_an_error_inside_the_stream_is_tried_again(bench: Bench, protocol: str):
    script = [Answer(TWO_HUNDRED, error_after=20), Answer("Done.")]
    async with native(bench, script, protocol=protocol) as run:
        await run.to_the_end()
        assert run.end == "completed", run.errors
        assert len(run.told("model_retry")) == 1


async def test_a_server_that_is_not_there_is_named(bench: Bench):
    bench.harness = "native"
    bench.write_home(
        "config.toml",
        CONFIG.format(
            url="http://127.0.0.1:9/v1", provider="local", protocol="openai", native="", facts=""
        ).replace("retries = 3", "retries = 1"),
    )
    async with bench.host() as host:
        client = await host.begin()
        await client.to_the_end(lambda _: True)
        unset, error = client.of(Error)
        assert "LOCAL_KEY is not set" in unset.message
        assert error.code == "model_unreachable" and "after 2 attempts" in error.message


async def test_without_a_provider_the_run_says_what_to_type(bench: Bench):
    bench.harness = "native"
    async with bench.host() as host:
        client = await host.begin()
        await client.to_the_end(lambda _: True)
        (error,) = client.of(Error)
        assert error.code == "no_model"
        assert (
            "/login" in error.message
            and "ANTHROPIC_API_KEY" in error.message
            and "[providers." in error.message
        )
