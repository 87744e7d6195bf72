import pytest

from mogplex_cli.store.timeline_filter import (
    CYCLE,
    NO_FILTER,
    NoFilter,
    parse_filter,
    query,
    turned,
)
from mogplex_contracts.entry_query import EntryQuery, is_landmark, passes
from mogplex_contracts.state.timeline import TimelineEntry

NAMES = {"agt_1": "forge"}


def entry(**more: object) -> TimelineEntry:
    return TimelineEntry.model_validate(
        {"index": 0, "seq": 1, "ts": "", "kind": "tool", "subject": "src/auth.py", **more}
    )


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("", True),
        ("kind:tool", True),
        ("KIND:Tools", True),
        ("kind:patch,tool", True),
        ("kind:patch", False),
        ("agent:Forge", True),
        ("agent:agt_1", True),
        ("agent:atlas", False),
        ("risk:high", True),
        ("risk:low,medium", False),
        ("AUTH src", True),
        ("auth tests", False),
        ("kind:tool agent:forge risk:high read", True),
        ("kind:tool agent:atlas", False),
    ],
)
def test_all_that_is_typed_must_hold(text: str, passing: bool) -> None:
    it = entry(agent_id="agt_1", risk="high", label="read_file")
    assert passes(query(parse_filter(text)), NAMES)(it) is passing


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("kind:tols", "did you mean kind:tool"),
        ("kind:zzz", "there are run, agent, plan"),
        ("risk:huge", "there are low, medium, high"),
    ],
)
def test_what_is_no_filter_says_what_there_is(text: str, reason: str) -> None:
    with pytest.raises(NoFilter, match=reason):
        parse_filter(text)


def test_an_empty_filter_is_none() -> None:
    assert not parse_filter("  ") and not NO_FILTER


def test_the_key_turns_through_the_usual_filters_and_back() -> None:
    seen, text = [], ""
    while text := turned(text):
        seen.append(text)
        assert parse_filter(text)
    assert seen == list(CYCLE)
    assert turned("agent:forge") == CYCLE[0]


def test_a_search_looks_into_everything_and_at_no_case() -> None:
    it = entry(agent_id="agt_1", note="exit 1", detail="AssertionError: Boom")
    assert all(passes(EntryQuery(text=text), NAMES)(it) for text in ("FORGE", "exit 1", "boom", "Auth.py"))
    assert not passes(EntryQuery(text="bang"), NAMES)(it)


def test_prompts_approvals_and_errors_are_landmarks() -> None:
    assert all(is_landmark(entry(kind=kind)) for kind in ("user", "approval", "error"))
    assert is_landmark(entry(kind="run", label="run"))
    assert not is_landmark(entry(kind="run", label="status")) and not is_landmark(entry())
