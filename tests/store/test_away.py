from mogplex_cli.store.away import Away, Seen, away, told
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.patch import PatchApplied, PatchedFile, PatchProposed
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.usage import UsageReported
from mogplex_contracts.reduce.evolve import evolve
from tests.support.story import Story, asked, called, decided, spawned, started

ADA = Operator(client_id="cli_ada", label="ada@laptop")


def proposed(patch_id: str, *paths: str) -> PatchProposed:
    files = tuple(PatchedFile(path=path, change="update", added=1, removed=0) for path in paths)
    return PatchProposed(patch_id=patch_id, agent_id="agt_1", files=files, diff="")


def test_nothing_is_told_when_nothing_happened() -> None:
    story = Story(started(), spawned())
    assert away(Seen.of(story.state), story.state) is None


def test_what_was_seen_before_is_not_told_again() -> None:
    story = Story(started(), spawned(), called(), asked(), decided("approved"), proposed("pat_1", "old.py"))
    story.tell(PatchApplied(patch_id="pat_1"), UsageReported(agent_id="agt_1", cost_usd=0.5))
    seen = Seen.of(story.state)
    story.tell(spawned("agt_2", 2))
    assert away(seen, story.state) == Away(events=1, cost_usd=0.0)


def test_decisions_are_told_with_who_made_them() -> None:
    story = Story(started(), spawned(), asked("apr_1"), asked("apr_2"), asked("apr_3"))
    seen = Seen.of(story.state)
    story.tell(evolve(decided("approved", "apr_1"), by=ADA), evolve(decided("approved", "apr_2"), by=ADA))
    story.tell(decided("expired", "apr_3"), decided("auto_approved", "apr_4"))
    news = away(seen, story.state)
    assert news is not None
    assert news.decisions == (("ada@laptop approved", 2), ("the clock expired", 1), ("rules allowed", 1))


def test_a_patch_that_was_proposed_before_and_applied_since_counts() -> None:
    story = Story(started(), spawned(), proposed("pat_1", "a.py"))
    seen = Seen.of(story.state)
    story.tell(PatchApplied(patch_id="pat_1"), proposed("pat_2", "a.py", "b.py"), proposed("pat_3", "c.py"))
    news = away(seen, story.tell(PatchApplied(patch_id="pat_2")))
    assert news is not None
    assert news.files == ("a.py", "b.py")


def test_the_cost_is_what_came_since_and_unknown_stays_unknown() -> None:
    story = Story(started(), spawned(), UsageReported(agent_id="agt_1", cost_usd=0.5))
    seen = Seen.of(story.state)
    news = away(seen, story.tell(UsageReported(agent_id="agt_1", cost_usd=0.25)))
    assert news is not None and news.cost_usd == 0.25
    other = Story(started(), spawned())
    seen = Seen.of(other.state)
    news = away(seen, other.tell(UsageReported(agent_id="agt_1", cost_usd=None)))
    assert news is not None and news.cost_usd is None


def test_it_is_told_in_a_line() -> None:
    news = Away(214, (("ada@laptop approved", 2),), ("a", "b", "c", "d"), 0.12, "completed")
    assert told(news) == (
        "while you were away: 214 events · ada@laptop approved 2 · 4 files changed: a, b, c and 1 more · "
        "$0.12 · the run completed"
    )
    assert told(Away(1)) == "while you were away: 1 event"


def test_the_end_of_the_run_is_told_once() -> None:
    story = Story(started())
    seen = Seen.of(story.state)
    story.tell(RunStatusChanged(status="failed"))
    news = away(seen, story.state)
    assert news is not None and news.ended == "failed"
    seen = Seen.of(story.state)
    later = away(seen, story.tell(spawned()))
    assert later is not None and later.ended == ""
