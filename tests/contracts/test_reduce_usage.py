import pytest

from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.run import Limits, RunLimitsChanged
from mogplex_contracts.events.usage import UsageReported, UsageThresholdCrossed
from mogplex_contracts.state.usage import RECENT_REPORTS
from tests.support.story import Story, started


def used(agent_id: str = "agt_1", cost: float | None = None, tokens: int = 10) -> UsageReported:
    return UsageReported(
        agent_id=agent_id,
        input_tokens=tokens,
        output_tokens=1,
        cost_usd=cost,
        context_used=tokens,
        context_window=200,
    )


def test_usage_adds_up_by_agent_and_in_all():
    usage = Story(
        started(), used("agt_1", 0.5), used("agt_2", 0.25, tokens=30), used("agt_1", 0.25)
    ).state.usage
    assert (usage.total.input_tokens, usage.total.cost_usd, usage.reports) == (50, 1.0, 3)
    assert (usage.agents["agt_1"].input_tokens, usage.agents["agt_1"].cost_usd) == (20, 0.75)
    assert usage.agents["agt_2"].context_used == 30


def test_an_unknown_cost_is_never_nothing():
    usage = Story(started(), used(), used()).state.usage
    assert usage.total.cost_usd is None
    assert usage.total.unpriced == 2


def test_a_known_cost_beside_an_unknown_one_says_that_some_is_missing():
    usage = Story(started(), used(cost=0.5), used()).state.usage
    assert (usage.total.cost_usd, usage.total.unpriced) == (0.5, 1)


def test_what_costs_nothing_is_known():
    assert Story(started(), used(cost=0.0)).state.usage.total.cost_usd == 0.0


@pytest.mark.parametrize(("severity", "status"), [("soft", "none"), ("hard", "error"), ("limit", "error")])
def test_a_crossed_limit_is_told_and_kept_by_its_kind(severity: str, status: str):
    crossed = UsageThresholdCrossed(kind="cost_usd", value=4.0, limit=5.0, severity=severity)
    story = Story(started(), crossed)
    assert (story.last.subject, story.last.status, story.last.note) == (
        "cost $4.00 of $5.00",
        status,
        severity,
    )
    assert story.state.usage.thresholds["cost_usd"].value == 4.0


def test_steps_count_the_calls_of_models_that_report_nothing():
    thinking = AgentStatusChanged(agent_id="agt_1", status="thinking")
    story = Story(started(), thinking, thinking, used())
    assert (story.state.usage.turns, story.state.usage.reports, story.state.usage.steps) == (2, 1, 2)


def test_other_limits_end_the_crossings_of_those_before():
    crossed = UsageThresholdCrossed(kind="cost_usd", value=4.0, limit=5.0, severity="soft")
    story = Story(started(), crossed, RunLimitsChanged(limits=Limits(max_cost_usd=10.0)))
    assert story.state.usage.thresholds == {}
    assert story.state.limits.max_cost_usd == 10.0
    assert story.last.subject == "limits: cost $10.00"


def test_only_the_newest_reports_are_remembered_one_by_one():
    story = Story(started(), *(used() for _ in range(RECENT_REPORTS + 5)))
    assert len(story.state.usage.recent) == RECENT_REPORTS
