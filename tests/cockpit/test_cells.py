import pytest

from mogplex_cli.cockpit.cells import CELLS
from mogplex_cli.cockpit.cells.base import CellContext, lay_out
from mogplex_contracts.state.timeline import EntryKind, TimelineEntry


def rows(text: str, kind: EntryKind = "message", width: int = 80) -> list[str]:
    entry = TimelineEntry(index=0, seq=1, ts="", kind=kind, subject=text, detail=text, agent_id="forge")
    context = CellContext()
    return [line.text.strip() for line in lay_out(CELLS[kind](entry, context), entry, context, width)]


@pytest.mark.parametrize("kind", ["message", "user"])
def test_a_message_keeps_its_own_lines_and_ends_after_three(kind: EntryKind) -> None:
    drawn = rows("Two findings:\n\n- src/a.py\n- src/b.py", kind)
    assert "Two findings:" in drawn[0] and drawn[1:] == ["- src/a.py", "- src/b.py"]
    longer = rows("one\ntwo\nthree\nfour", kind)
    assert len(longer) == 3 and longer[-1] == "three …"


def test_what_would_move_the_cursor_is_marked_in_every_line() -> None:
    assert rows("a\n\x1b[2Jb")[1] == "␛[2Jb"


def test_reasoning_that_is_over_takes_one_row() -> None:
    assert len(rows("first\nsecond", "reasoning")) == 1
