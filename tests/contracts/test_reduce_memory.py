from mogplex_contracts.events.memory import ContextLoaded, MemoryDeleted, MemoryRead, MemoryWritten
from tests.support.story import Story, started


def test_context_is_kept_by_its_path():
    first = ContextLoaded(kind="instructions", path="AGENTS.md", tokens=10)
    state = Story(started(), first, ContextLoaded(kind="instructions", path="AGENTS.md", tokens=20)).state
    assert [(item.path, item.tokens) for item in state.memory.context.values()] == [("AGENTS.md", 20)]


def test_what_this_run_wrote_stays_known_as_written_when_it_is_read_again():
    state = Story(started(), MemoryWritten(key="k", text="a"), MemoryRead(key="k", text="a")).state
    assert state.memory.entries["k"].written
    assert state.memory.writes == 1


def test_what_was_only_read_was_not_written():
    assert not Story(started(), MemoryRead(key="k", text="a")).state.memory.entries["k"].written


def test_a_deleted_entry_is_gone_and_told():
    story = Story(started(), MemoryWritten(key="k", text="a"), MemoryDeleted(key="k"))
    assert story.state.memory.entries == {}
    assert (story.last.kind, story.last.subject) == ("memory", "k deleted")
