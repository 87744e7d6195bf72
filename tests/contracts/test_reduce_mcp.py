from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.vocabulary import McpStatus
from tests.support.story import Story, started


def server(status: McpStatus, *tools: str, error: str | None = None) -> McpServerChanged:
    return McpServerChanged(server="linear", status=status, tools=tools, error=error)


def test_a_server_is_as_last_heard():
    state = Story(started(), server("starting"), server("ready", "search", "comment")).state
    assert (state.mcp["linear"].status, state.mcp["linear"].tools) == ("ready", ("search", "comment"))


def test_only_a_change_of_status_is_worth_an_entry():
    story = Story(started(), server("ready", "a"), server("ready", "a", "b"))
    (entry,) = story.of("mcp")
    assert entry.subject == "linear ready"
    assert story.state.mcp["linear"].tools == ("a", "b")


def test_a_server_that_cannot_be_used_says_why():
    story = Story(started(), server("unavailable", error="exit 1: no token"))
    assert (story.last.status, story.last.detail) == ("error", "exit 1: no token")


def test_tools_are_counted_in_words():
    notes = [Story(started(), server("ready", *names)).last.note for names in ((), ("a",), ("a", "b"))]
    assert notes == ["", "1 tool", "2 tools"]
