import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.runhost.patch.lines import PatchRefusal, split_lines
from mogplex_daemon.runhost.patch.plan import PatchPlan, plan_patch

LINE = st.text("ab -+@\\\r\f\u2028é", max_size=5)
TEXT = st.builds(
    lambda lines, final: "\n".join(lines) + ("\n" if final and lines else ""),
    st.lists(LINE, max_size=12),
    st.booleans(),
)


def plan(text: str, files: dict[str, str] | None = None) -> PatchPlan:
    return plan_patch(text, (files or {}).get)


def update(old: str, hunks: str) -> str | None:
    (change,) = plan(f"--- a/f\n+++ b/f\n{hunks}", {"f": old}).changes
    return change.new_text


def refusal(text: str, files: dict[str, str] | None = None) -> str:
    with pytest.raises(PatchRefusal) as caught:
        plan(text, files)
    return str(caught.value)


def unified(old: str, new: str, context: int = 3) -> str:
    lines = difflib.unified_diff(split_lines(old), split_lines(new), "a/f", "b/f", n=context)
    return "".join(x if x.endswith("\n") else f"{x}\n\\ No newline at end of file\n" for x in lines)


@given(TEXT, TEXT)
def test_a_diff_of_difflib_gives_the_new_text_exactly(old: str, new: str) -> None:
    if old != new:
        (change,) = plan(unified(old, new), {"f": old}).changes
        assert change.new_text == new


@given(TEXT, TEXT)
def test_the_diff_shown_is_itself_a_patch_to_the_same_text(old: str, new: str) -> None:
    if old != new:
        first = plan(unified(old, new), {"f": old})
        (change,) = plan(first.diff, {"f": old}).changes
        assert change.new_text == new


@given(TEXT, TEXT, st.integers(0, 9), st.integers(0, 9))
def test_wrong_counts_and_positions_still_find_a_unique_place(
    old: str, new: str, at: int, count: int
) -> None:
    old_text = "".join(f"{number} {line}\n" for number, line in enumerate(old.split("\n")))
    new_text = "".join(f"{number} {line}\n" for number, line in enumerate(new.split("\n")))
    diff = unified(old_text, new_text)
    if diff.count("\n@@ ") != 1 or not old_text:
        return
    head, _, rest = diff.partition("\n@@ ")
    hunk = rest.partition("@@\n")[2]
    (change,) = plan(f"{head}\n@@ -{at},{count} +{at},{count} @@\n{hunk}", {"f": old_text}).changes
    assert change.new_text == new_text


def test_drifted_hunks_are_found_and_later_ones_follow_the_drift() -> None:
    body = [f"line {n}\n" for n in range(20)] + ["same\n", "x\n", "same\n", "x\n"]
    old = "".join(body)
    new = old.replace("line 5\n", "LINE 5\n")
    new = new[: -len("x\n")] + "y\n"
    drifted = "extra\n" * 7 + old
    assert plan(unified(old, new, 1), {"f": drifted}).changes[0].new_text == "extra\n" * 7 + new


def test_hunks_without_numbers_are_found_by_their_lines() -> None:
    assert update("a\nb\nc\n", "@@ @@\n a\n-b\n+B\n") == "a\nB\nc\n"
    assert update("a\nb\nc\n", "@@\n-b\n+B\n") == "a\nB\nc\n"


def test_a_model_s_plain_diff_of_a_windows_file_keeps_its_endings() -> None:
    assert update("a\r\nb\r\nc\r\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n") == "a\r\nB\r\nc\r\n"
    text = "--- a/f\r\n+++ b/f\r\n@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+B\r\n"
    assert plan(text, {"f": "a\nb\n"}).changes[0].new_text == "a\nB\n"


def test_a_missing_final_newline_the_diff_does_not_mention_is_kept() -> None:
    assert update("a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n") == "a\nc"


def test_blank_context_lines_without_their_space_are_understood() -> None:
    assert update("a\n\nb\n", "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n") == "a\n\nc\n"


def test_prose_prefixless_names_time_stamps_and_a_mail_signature() -> None:
    text = "Here you go:\n\n--- src/f.py\t2026-01-01\n+++ src/f.py\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n-- \n2.39.5\n"
    (change,) = plan(text, {"src/f.py": "a\n"}).changes
    assert (change.path, change.new_text) == ("src/f.py", "b\n")


def test_a_removed_line_that_looks_like_a_header_is_a_line() -> None:
    old = "-- comment\nselect\n"
    assert update(old, "@@ -1,2 +1,2 @@\n--- comment\n+++ comment\n select\n") == "++ comment\nselect\n"


def test_additions_deletions_and_empty_files() -> None:
    text = "--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n--- a/o\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    added, deleted = plan(text, {"o": "x\n"}).changes
    assert (added.change_kind, added.new_text) == ("add", "a\nb\n")
    assert (deleted.change_kind, deleted.new_text) == ("delete", None)
    (empty,) = plan("diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n").changes
    assert (empty.change_kind, empty.new_text) == ("add", "")
    assert "does not show all its lines" in refusal(
        "--- a/o\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", {"o": "x\ny\n"}
    )


def test_what_is_not_supported_is_refused_by_name() -> None:
    binary = "diff --git a/p.png b/p.png\nindex 1..2\nBinary files a/p.png and b/p.png differ\n"
    assert "p.png: binary" in refusal(binary, {"p.png": ""})
    link = "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n"
    assert "l: symlinks" in refusal(link)
    assert "chmod" in refusal("diff --git a/s b/s\nold mode 100644\nnew mode 100755\n", {"s": "x"})
    assert "f, hunk 1: these lines are not in the file" in refusal(
        "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-zzz\n+b\n", {"f": "a\n"}
    )


def test_what_real_git_writes_is_read_back(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        return subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    old = {
        "plain.txt": "a\nb\nc\n",
        "with space.txt": "x\n",
        "ümlaut.txt": "u",
        "moved.txt": "".join(f"{n}\n" for n in range(30)),
        "gone.txt": "bye\n",
    }
    new = {
        "plain.txt": "a\nB\nc\n",
        "with space.txt": "y\n",
        "ümlaut.txt": "v\n",
        "sub/target.txt": old["moved.txt"] + "end",
        "empty.txt": "",
        'quo"te.txt': "q",
    }
    git("init", "-q")
    for name, text in old.items():
        (tmp_path / name).write_text(text)
    git("add", "-A")
    git("commit", "-qm", "old")
    for name in old:
        (tmp_path / name).unlink()
    (tmp_path / "sub").mkdir()
    for name, text in new.items():
        (tmp_path / name).write_text(text)
    git("add", "-A")
    for options in ((), ("-c", "diff.mnemonicPrefix=true"), ("-c", "diff.noprefix=true")):
        changes = plan(git(*options, "diff", "--cached", "-M"), old).changes
        result = {**old}
        for change in changes:
            if change.removed_path:
                del result[change.removed_path]
            if change.written_path:
                result[change.written_path] = change.new_text or ""
        assert result == new
        assert {change.change_kind for change in changes} == {"add", "update", "move", "delete"}
