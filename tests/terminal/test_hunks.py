"""One of two hunks is dropped by hand: what the file is afterwards, and what the agent is told."""

from mogplex_contracts.events.patch import PatchApplied
from mogplex_contracts.events.tool import ToolFinished
from mogplex_daemon.journal.reader import read_events
from tests.terminal.conftest import Desk, armed, decide


def test_a_dropped_hunk_is_not_applied_and_the_agent_is_told(desk: Desk):
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type("/init\r")
        decide(terminal, "AGENTS.md", "d")
        terminal.wait_for("hunk 1 of 2")
        terminal.type("n")
        terminal.type("n")
        terminal.wait_for("hunk 2 of 2")
        terminal.type(" ")
        terminal.wait_for(lambda screen: "approve applies 1 of 2 hunks" in screen and armed(terminal))
        terminal.type("a")
        terminal.wait_for("applied in part")
        terminal.type("\x1b")
        # The run may have completed before the key was read: those behind it would make another one of it.
        terminal.wait_for(lambda screen: "✓ completed" in screen and "esc close" not in screen)
        terminal.type("\x03\x03")
        assert terminal.wait_for_end() == 0
    assert (desk.repository / "AGENTS.md").exists()
    assert not (desk.repository / ".agents/commands/review.md").exists()
    events = list(read_events(desk.journal()))
    (applied,) = [event for event in events if isinstance(event, PatchApplied)]
    assert applied.kept_hunks == (1,)
    told = [event.output for event in events if isinstance(event, ToolFinished)]
    assert any("A person dropped 1 of 2 hunks" in text and "review.md" in text for text in told)
