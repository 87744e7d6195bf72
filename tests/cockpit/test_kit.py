import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mogplex_cli.cockpit.crash import stopped
from mogplex_cli.cockpit.drawers.palette import Found, FoundProps
from mogplex_cli.cockpit.kit.diff_document import read_document
from mogplex_cli.cockpit.kit.diff_lines import diff_lines
from mogplex_cli.cockpit.kit.lines import cut, cut_middle, spread, wrap, wrap_exact
from mogplex_cli.cockpit.kit.words import count, duration, minutes, money
from mogplex_cli.cockpit.palette import all_rows, ranked, score
from mogplex_cli.custom_commands.command import Problem
from mogplex_cli.custom_commands.registry import CommandRegistry

from . import scenes

TEXT = st.text(alphabet=st.sampled_from("ab c  →你🙂é\n"), max_size=120)


@given(TEXT, st.integers(2, 40))
def test_no_row_is_ever_wider_than_it_may_be(text, width):
    assert all(
        cell_len(row) <= width
        for row in [*wrap(text, width), *wrap_exact(text, width), *wrap(text, width, 2)]
    )
    assert cell_len(cut(text.replace("\n", ""), width)) <= width
    assert cell_len(cut_middle(text.replace("\n", ""), width)) <= width


@given(TEXT, st.integers(2, 40), st.integers(2, 40))
def test_a_first_row_beside_something_is_narrower_and_nothing_is_lost(text, width, first):
    rows = wrap(text, width, first=first)
    assert cell_len(rows[0]) <= first and all(cell_len(row) <= width for row in rows[1:])
    assert "".join("".join(rows).split()) == "".join(text.split())


@given(TEXT, st.integers(2, 40))
def test_what_must_be_read_exactly_keeps_every_character(text, width):
    assert "".join(wrap_exact(text, width)) == text.replace("\n", "")


@given(TEXT, TEXT, st.integers(1, 60))
def test_a_spread_line_is_exactly_as_wide_as_asked(left, end, width):
    one, two = left.replace("\n", ""), end.replace("\n", "")
    assert spread(((one, "normal"),), ((two, "dim"),), width).width <= width


def test_unknown_money_is_never_zero():
    assert [money(None), money(0.0), money(0.004), money(0.31), money(0.31, unpriced=True)] == [
        "unknown",
        "$0.00",
        "<$0.01",
        "$0.31",
        "$0.31+",
    ]


def test_figures():
    assert [minutes(5), minutes(83), minutes(3723)] == ["0:05", "1:23", "1:02:03"]
    assert [duration(12), duration(4100), duration(125_000)] == ["12 ms", "4.1 s", "2:05"]
    assert [count(812), count(12_400), count(3_100_000)] == ["812", "12.4k", "3.1M"]


def test_a_diff_keeps_its_numbers_and_every_line():
    rows = read_document(scenes.PATCH).rows
    assert [(row.number, row.text.strip()) for row in rows if row.kind == "remove"] == [
        (41, 'const session = cookies().get("session")'),
        (42, "return session?.value"),
    ]
    assert sum(row.kind == "add" for row in rows) == 6
    shown = "\n".join(line.text for line in diff_lines(scenes.PATCH, 90))
    assert "src/auth.ts  +6 −2" in shown


def test_content_cannot_pass_for_the_head_of_another_file():
    diff = "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- drop table users\n+-- kept\n same\n"
    assert [(row.kind, row.text) for row in read_document(diff).rows] == [
        ("file", "x.sql"),
        ("hunk", ""),
        ("remove", "-- drop table users"),
        ("add", "-- kept"),
        ("same", "same"),
    ]


def test_a_crash_is_one_plain_line():
    assert str(stopped(ValueError("no [bold] idea\nmore"), "/l.jsonl", "run_x")) == (
        "mogplex stopped: ValueError: no [bold] idea · details in /l.jsonl · the run goes on: mogplex --attach run_x"
    )


@pytest.mark.parametrize(
    ("typed", "first"), [("apr", "approvals"), ("focus t", "focus_timeline"), ("kil", "kill"), ("qt", "quit")]
)
def test_the_palette_finds_by_a_few_letters(typed, first):
    assert ranked(typed, all_rows())[0].name == first


@pytest.mark.parametrize(
    "title",
    ["Open MCP", "Open Diff", "Open Memory", "Open Agent Detail", "Open Model Picker", "Open Cost",
     "Open Run Export", "Open Approval", "Open Command Palette", "Pause Run", "Resume Run", "Cancel Run",
     "Export Run", "Focus Agents", "Focus Timeline", "Focus Composer"],
)  # fmt: skip
def test_the_palette_has_what_the_manual_names(title: str):
    assert ranked(title, all_rows())[0].title == title


def test_an_alias_is_found_and_told_where_it_leads():
    rows = all_rows(registry=CommandRegistry(aliases={"ship": "run"}))
    found = ranked("ship", rows)
    assert [row.name for row in found] == ["run"]
    assert found[0].help.startswith("also /ship · ")


def test_a_problem_is_found_by_what_is_written_in_it_only():
    registry = CommandRegistry(problems=(Problem("a/deploy.md", "is shadowed by what differs"),))
    rows = all_rows(registry=registry)
    assert [row.category for row in ranked("diff", rows)] == ["drawer", "problem"]
    assert "problem" not in [row.category for row in ranked("dply", rows)]


@pytest.mark.parametrize(
    ("width", "slash"), [(80, "/permissions "), (89, "/permissions "), (100, "/permissions [app")]
)
def test_the_palette_shows_slash_names_at_every_width(width: int, slash: str):
    rows = tuple(row for row in all_rows() if row.name == "permissions")
    assert slash in Found(id="found").draw(FoundProps(rows, 0), width, 3)[0].text


def test_the_palette_says_nothing_rather_than_something_wrong():
    assert ranked("zzz", all_rows()) == ()


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("open", "open diff", 5),
        ("diff", "open diff", 4),
        ("diff", "show /diff", 4),
        ("iff", "open diff", 3),
        ("opd", "open diff", 1),
        ("od", "open diff", 2),
        ("dff", "open diff", 2),
        ("x", "open diff", 0),
    ],
)
def test_a_word_is_found_the_better_the_nearer_to_a_beginning(word, text, found):
    assert score(word, text) == found


def test_every_word_must_be_found_and_categories_stand_together():
    assert [row.name for row in ranked("focus tim", all_rows())][:1] == ["focus_timeline"]
    categories = [row.category for row in all_rows()]
    assert categories == sorted(categories, key=("command", "drawer", "control", "focus").index)
