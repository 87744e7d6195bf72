from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.unknown import UnknownEvent
from tests.support.story import Story, started


def test_an_error_is_counted_and_told():
    story = Story(started(), Error(code="journal_blocked", message="no space"))
    assert story.state.errors == 1
    assert (story.last.kind, story.last.label, story.last.subject) == ("error", "journal_blocked", "no space")


def test_a_diagnostic_is_told_and_no_error():
    story = Story(started(), Diagnostic(code="transport_fallback", message="m"))
    assert story.state.errors == 0
    assert (story.last.kind, story.last.label) == ("diagnostic", "transport_fallback")


def test_an_unknown_event_is_told_by_its_type_and_counts_as_journaled():
    story = Story(started(), UnknownEvent(type="agent_dreamt"))
    assert story.state.last_seq == 2
    assert (story.last.label, story.last.kind) == ("unknown_event", "diagnostic")
    assert "agent_dreamt" in story.last.subject
