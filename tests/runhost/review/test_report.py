from pathlib import Path

from mogplex_daemon.runhost.review.finding import finding_at, in_reading_order
from mogplex_daemon.runhost.review.git_reader import Repository
from mogplex_daemon.runhost.review.inventory import FileFact, take_inventory
from mogplex_daemon.runhost.review.markdown import byte_size, code, counted, table
from mogplex_daemon.runhost.review.printable import width
from mogplex_daemon.runhost.review.report import LABEL, ReviewFacts, render

GOLDEN = Path(__file__).parent / "golden_report.md"


def facts(**changes) -> ReviewFacts:
    values = {
        "task": "review the staged diff\nfor regressions",
        "repository": Repository("main", "0123456789", "Add a | pipe"),
        "inventory": take_inventory(
            [FileFact("a.py", "text", 30, 3), FileFact("世界.md", "text", 2_000, 20)]
        ),
        "reviewed": "staged",
        "reason": "",
        "changes": (),
        "findings": in_reading_order(
            (
                finding_at("a.py", 3, "open-remark", "low", "new TODO", "# TODO: `x`"),
                finding_at("a.py", 1, "debugging", "high", "breakpoint()", "breakpoint()"),
                *(
                    finding_at("b.js", n, "debugging", "medium", "console call", "console.log(1)")
                    for n in range(1, 9)
                ),
            )
        ),
        "notes": ("One note.",),
    }
    return ReviewFacts(**(values | changes))


def test_the_report_reads_as_it_should():
    assert render(facts()) == GOLDEN.read_text()


def test_the_report_is_labelled_as_the_offline_demo():
    assert f"> {LABEL}" in render(facts(findings=(), reviewed="none"))


def test_a_task_with_a_secret_in_it_is_masked():
    token = "gh" + "p_Kq7Zt2Lm9Xw4Vb8Nc1Rf6Hs3Jd5Gp0QyTeUa"
    assert token not in render(facts(task=f"use {token}"))


def test_columns_line_up_with_wide_characters_and_pipes():
    lines = table(["a", "b"], ["left", "right"], [["世界", "1"], ["x|y", "1000"]])
    assert len({width(line) for line in lines}) == 1
    assert "x\\|y" in lines[3]


def test_inline_code_survives_backticks():
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"


def test_numbers_are_written_for_people():
    assert [byte_size(size) for size in (0, 1023, 1024, 1536, 1024**2, 1024**2 - 1)] == [
        "0 B",
        "1023 B",
        "1.0 KB",
        "1.5 KB",
        "1.0 MB",
        "1.0 MB",
    ]
    assert (counted(1, "file"), counted(12_345, "line")) == ("1 file", "12 345 lines")
