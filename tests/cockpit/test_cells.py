import pytest

from mogplex_cli.cockpit.cells import CELLS
from mogplex_cli.cockpit.cells.base import CellContext, lay_out
from mogplex_contracts.state.timeline import EntryKind, TimelineEntry


def rows(text: str, kind: EntryKind = "message", width: int = 80) -> list[str]:
    entry = TimelineEntry(index=0, seq=1, ts="", kind=kind, subject=text, detail=text, agent_id="forge")
    context = CellContext()
    return [line.text.strip() for line in lay_out(CELLS[kind](entry, context), entry, context, width)]


@pytest.mark.parametrize(("kind", "item"), [("message", "•"), ("user", "-")])
def test_a_message_keeps_its_own_lines_and_is_cut_when_it_is_long(kind: EntryKind, item: str) -> None:
    drawn = rows("Two findings:\n\n- src/a.py\n- src/b.py", kind)
    assert "Two findings:" in drawn[0] and drawn[-2:] == [f"{item} src/a.py", f"{item} src/b.py"]
    longer = rows("\n".join(f"line {n}" for n in range(20)), kind)
    assert len(longer) == 8 and longer[-1] == "line 7 …"


def test_what_would_move_the_cursor_is_marked_in_every_line() -> None:
    assert rows("a\n\x1b[2Jb")[1] == "␛[2Jb"


def test_reasoning_that_is_over_takes_one_row() -> None:
    assert len(rows("first\nsecond", "reasoning")) == 1


def test_what_went_wrong_is_told_to_its_end_in_a_narrow_timeline() -> None:
    told = (
        "gemini wants a login first: Gemini API key is missing. Run `gemini` once in a terminal and sign in, "
        "or export GEMINI_API_KEY before mogplex is started; then /run the task again"
    )
    drawn = rows(told, "error", 56)
    assert drawn[-1].endswith("again") and max(map(len, drawn[1:])) > 30
