import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelOverloadedError,
    ModelRateLimitError,
)
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.usage import RequestUsage

from mogplex_daemon.harness.loop.agent import AgentIdentity
from mogplex_daemon.harness.loop.compaction import compacted, fallback, split, tokens, transcript
from mogplex_daemon.harness.loop.failures import model_failure
from mogplex_daemon.harness.loop.kept_history import (
    NOT_BEGUN,
    NOT_FINISHED,
    KeptHistory,
    TakenUp,
    resumed,
    take_up,
)
from mogplex_daemon.harness.loop.prices import context_window, cost_usd
from mogplex_daemon.harness.loop.retries import LONGEST_BACKOFF_SECONDS, wait_before, what_passes
from mogplex_daemon.harness.model_access import ChosenModel, ModelFacts, Price, Provider

LOCAL = Provider("local", "openai", "http://127.0.0.1:1/v1")
USED = RequestUsage(
    input_tokens=100_000, cache_read_tokens=80_000, cache_write_tokens=5_000, output_tokens=2_000
)


def at(address: str, name: str, facts: ModelFacts | None = None) -> ChosenModel:
    return ChosenModel(Provider("p", "openai", address), name, facts or ModelFacts())


def asked(text: str) -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(text)])


def called(*ids: str) -> ModelResponse:
    return ModelResponse(parts=[ToolCallPart("look", {"n": each}, tool_call_id=each) for each in ids])


def returned(*ids: str, text: str = "seen") -> ModelRequest:
    return ModelRequest(parts=[ToolReturnPart("look", text, tool_call_id=each) for each in ids])


def told(found: TakenUp) -> list[tuple[str, object]]:
    """What the model is told for each call of the last answer."""
    parts = found.history[-1].parts
    return [(part.tool_call_id, part.content) for part in parts if isinstance(part, ToolReturnPart)]


def test_a_price_of_a_known_address_is_exact():
    anthropic = at("https://api.anthropic.com", "claude-sonnet-4-5")
    assert cost_usd(USED, anthropic) == pytest.approx(0.11775)
    assert context_window(anthropic) == 200_000


@pytest.mark.parametrize("name", ["gpt-5", "claude-sonnet-4-5", "qwen3-coder"])
def test_the_price_of_a_model_at_an_address_nobody_knows_is_unknown_and_not_zero(name: str):
    assert cost_usd(USED, at("http://127.0.0.1:9/v1", name)) is None
    assert context_window(at("http://127.0.0.1:9/v1", name)) is None


def test_a_price_that_was_said_goes_before_the_list():
    said = ModelFacts(7, Price(10, 100, cache_read=1, cache_write=20))
    chosen = at("https://api.anthropic.com", "claude-sonnet-4-5", said)
    assert cost_usd(USED, chosen) == pytest.approx(
        (15_000 * 10 + 80_000 * 1 + 5_000 * 20 + 2_000 * 100) / 1e6
    )
    assert context_window(chosen) == 7
    plain = at("x", "m", ModelFacts(None, Price(10, 100)))
    assert cost_usd(USED, plain) == pytest.approx((100_000 * 10 + 2_000 * 100) / 1e6)
    assert cost_usd(USED, at("x", "m", ModelFacts(None, Price(0, 0)))) == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelHTTPError.for_category(ModelRateLimitError, status_code=429, model_name="m"), "rate limit"),
        (ModelHTTPError.for_category(ModelOverloadedError, status_code=529, model_name="m"), "overloaded"),
        (ModelConnectionError("m", "reset"), "connection was lost"),
        (ModelHTTPError.for_category(ModelAuthenticationError, status_code=401, model_name="m"), None),
        (ValueError("no"), None),
    ],
)
def test_what_may_go_by_is_tried_again(error: Exception, said: str | None):
    found = what_passes(error)
    assert found is None if said is None else said in (found or "")


def test_the_wait_doubles_and_has_a_ceiling():
    waits = [wait_before(ModelConnectionError("m", "reset"), attempt, 0.0) for attempt in range(1, 100)]
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert max(wait or 0 for wait in waits) == LONGEST_BACKOFF_SECONDS
    assert wait_before(ModelConnectionError("m", "reset"), 1, 1.0) == 0.625


@pytest.mark.parametrize(("said", "wait"), [("7", 7.0), ("0", 0.0), ("601", None), ("soon", 0.5)])
def test_the_pause_a_provider_asks_for_counts(said: str, wait: float | None):
    error = ModelHTTPError.for_category(
        ModelRateLimitError, status_code=429, model_name="m", headers={"Retry-After": said}
    )
    assert wait_before(error, 1, 0.0) == wait


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(1, 3_000))
def test_what_stays_of_a_full_context_loses_no_call_of_a_result(batches: list[int], characters: int):
    history: list[ModelMessage] = [asked("the task")]
    for number, calls in enumerate(batches):
        ids = [f"c{number}.{each}" for each in range(calls)]
        if ids:
            history += [called(*ids), returned(*ids, text="x" * characters)]
        else:
            history += [ModelResponse(parts=[TextPart("done")]), asked("more")]
    old, recent = split(history)
    assert [*old, *recent] == history
    if old:
        assert isinstance(recent[0], ModelResponse)
        assert tokens(recent) <= tokens(history)
        calls = {
            part.tool_call_id for each in recent for part in each.parts if isinstance(part, ToolCallPart)
        }
        results = {
            part.tool_call_id for each in recent for part in each.parts if isinstance(part, ToolReturnPart)
        }
        assert results <= calls
        shorter = compacted("summary", recent)
        assert isinstance(shorter[0], ModelRequest) and shorter[1:] == recent


def test_a_short_history_is_left_as_it_is():
    history = [asked("the task"), called("a"), returned("a")]
    assert split(history) == ([], history)
    assert split([]) == ([], [])


def test_a_transcript_says_who_said_what_and_shortens_results():
    text = transcript([asked("look"), called("a"), returned("a", text="y" * 5_000)])
    assert text.startswith('PERSON: look\n\nCALL look: {"n":"a"}\n\nRESULT of look (success): yyy')
    assert "characters left out" in text and len(text) < 2_000
    assert len(fallback([asked("z" * 50_000)])) < 13_000


def test_calls_that_ended_have_their_result_and_others_are_not_repeated():
    history = [asked("go"), called("a", "b", "c")]
    found = resumed(history, {"a": "seen", "b": None})
    assert found.unfinished == ("look",)
    assert told(found) == [
        ("a", "seen"),
        ("b", NOT_FINISHED),
        ("c", NOT_BEGUN),
    ]


def test_a_broken_off_answer_at_the_end_is_forgotten():
    task = asked("go")
    broken = ModelResponse(parts=[TextPart("I was ab")], state="interrupted")
    assert resumed([task, broken, ModelRequest(parts=[])], {}).history == (task,)


@pytest.mark.anyio
async def test_what_is_kept_is_found_again_and_calls_of_an_older_answer_are_not_mixed_up(tmp_path: Path):
    kept = KeptHistory(tmp_path, bytes)
    first = [asked("go"), called("a")]
    await kept.keep(first)
    await kept.begun("a")
    await kept.ended("a", "first")
    stale = (tmp_path / "calls.jsonl").read_bytes()
    second = [*first, returned("a", text="first"), called("a")]
    await kept.keep(second)
    # As if the process had died before the old calls were removed.
    (tmp_path / "calls.jsonl").write_bytes(stale + b'{"messages": 4, "call": "a", "resu')
    found = take_up(tmp_path)
    assert found is not None and found.unfinished == ()
    assert [part.content for part in found.history[-1].parts if isinstance(part, ToolReturnPart)] == [
        NOT_BEGUN
    ]
    await kept.begun("a")
    assert (again := take_up(tmp_path)) is not None and again.unfinished == ()


@pytest.mark.anyio
async def test_secrets_are_taken_out_of_what_is_kept(tmp_path: Path):
    kept = KeptHistory(tmp_path, lambda line: line.replace(b"hunter2", b"[redacted]"))
    await kept.keep([asked("the password is hunter2")])
    await kept.begun("a")
    await kept.ended("a", "hunter2")
    assert b"hunter2" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert json.loads((tmp_path / "calls.jsonl").read_text().splitlines()[1])["result"] == "[redacted]"


@pytest.mark.anyio
async def test_a_history_that_cannot_be_written_is_given_up_and_the_run_goes_on(tmp_path: Path):
    folder = tmp_path / "agent"
    folder.mkdir()
    kept = KeptHistory(folder, bytes)
    await kept.keep([asked("go")])
    (folder / "calls.jsonl").mkdir()
    await kept.begun("a")
    assert take_up(folder) is None
    await kept.keep([asked("go")])
    assert take_up(folder) is None


def test_a_folder_without_a_readable_history_says_nothing(tmp_path: Path):
    assert take_up(tmp_path / "nowhere") is None
    (tmp_path / "history.json").write_text("[{}]")
    assert take_up(tmp_path) is None


def test_an_answer_that_is_no_json_is_asked_for_again():
    error = ModelAPIError("m", "Failed to decode response as JSON")
    assert what_passes(error) is None
    error.__cause__ = json.JSONDecodeError("Expecting value", "{oops", 1)
    assert what_passes(error) == "the answer could not be read"


def test_what_a_refusal_holds_besides_its_words_is_not_shown():
    error = ContentFilterError("Content filter triggered.", '[{"parts": []}]')
    failure = model_failure(error, "m", AgentIdentity("agt_1", "forge", "builder", "m"))
    assert "parts" not in str(failure)
    assert "Content filter triggered. Put the task in other words" in str(failure)
