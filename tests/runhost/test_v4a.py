import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.patch.plan import PatchPlan, plan_patch

WORD = st.text("abcdef +-@*\t", max_size=8)


def plan(text: str, files: dict[str, str] | None = None) -> PatchPlan:
    return plan_patch(text, (files or {}).get)


def update(old: str, hunks: str) -> str | None:
    (change,) = plan(f"*** Begin Patch\n*** Update File: f\n{hunks}\n*** End Patch", {"f": old}).changes
    return change.new_text


def refusal(text: str, files: dict[str, str] | None = None) -> str:
    with pytest.raises(PatchRefusal) as caught:
        plan(text, files)
    return str(caught.value)


def test_adds_updates_moves_and_deletes_in_one_patch() -> None:
    text = """*** Begin Patch
*** Add File: new.txt
+one
+
+two
*** Update File: a.py
*** Move to: b.py
@@ def g():
-    return 2
+    return 3
*** Delete File: old.txt
*** End Patch
"""
    files = {"a.py": "def f():\n    return 2\n\ndef g():\n    return 2\n", "old.txt": "x\n"}
    added, moved, deleted = plan(text, files).changes
    assert (added.path, added.change_kind, added.new_text, added.added) == (
        "new.txt",
        "add",
        "one\n\ntwo\n",
        3,
    )
    assert moved.new_text == "def f():\n    return 2\n\ndef g():\n    return 3\n"
    assert (moved.change_kind, moved.path, moved.moved_to, moved.added, moved.removed) == (
        "move",
        "a.py",
        "b.py",
        1,
        1,
    )
    assert (deleted.change_kind, deleted.new_text, deleted.removed) == ("delete", None, 1)


def test_fences_and_heredocs_around_the_patch_are_passed_over() -> None:
    patch = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch"
    for text in (f"```\n{patch}\n```", f"apply_patch <<'EOF'\n{patch}\nEOF\n", patch.replace("\n", "\r\n")):
        assert plan(text).changes[0].new_text == "x\n"


def test_stacked_anchors_narrow_the_place() -> None:
    old = "class A:\n  def f():\n    x\nclass B:\n  def f():\n    x\n"
    assert update(old, "@@ class B:\n@@ def f():\n-    x\n+    y") == old[:-2] + "y\n"


def test_an_anchor_repeated_as_context_is_understood() -> None:
    assert update("def b():\n  x\n", "@@ def b():\n def b():\n-  x\n+  y") == "def b():\n  y\n"


def test_whitespace_differences_match_and_context_keeps_the_file_s_form() -> None:
    assert update("\tkeep  \n\told\n", "@@\n keep\n-old\n+\tnew") == "\tkeep  \n\tnew\n"


def test_an_exact_match_is_preferred_to_an_earlier_loose_one() -> None:
    assert update("x \nx\n", "@@\n-x\n+y") == "x \ny\n"


def test_lines_alone_are_added_at_the_end_or_after_their_anchor() -> None:
    assert update("a\nb\n", "@@\n+c") == "a\nb\nc\n"
    assert update("a\nb\n", "@@ a\n+c") == "a\nc\nb\n"


def test_end_of_file_pins_the_last_occurrence() -> None:
    assert update("x\ny\nx\n", "@@\n-x\n+z\n*** End of File") == "x\ny\nz\n"


def test_windows_endings_the_mark_and_a_missing_final_newline_are_kept() -> None:
    assert update("a\r\nb\r\n", "@@\n a\n-b\n+c\n+d") == "a\r\nc\r\nd\r\n"
    assert update("a\nb", "@@\n a\n-b\n+c\n+d") == "a\nc\nd"
    assert update("a\nb", "@@\n b\n+c") == "a\nb\nc"
    assert update("\ufeffa\nb\n", "@@\n-a\n+c\n b") == "\ufeffc\nb\n"


def test_two_sections_of_one_file_are_one_change() -> None:
    text = "*** Begin Patch\n*** Update File: f\n-b\n+B\n*** Update File: ./f\n-a\n+A\n*** End Patch"
    (change,) = plan(text, {"f": "a\nb\n"}).changes
    assert (change.old_text, change.new_text) == ("a\nb\n", "A\nB\n")


def test_refusals_name_file_hunk_and_cause() -> None:
    begin = "*** Begin Patch\n"
    end = "\n*** End Patch"
    assert "f, hunk 2: these lines are not in the file" in refusal(
        f"{begin}*** Update File: f\n@@\n-a\n+b\n@@\n-nope\n+x{end}", {"f": "a\n"}
    )
    assert "order the hunks" in refusal(
        f"{begin}*** Update File: f\n@@\n-b\n+c\n@@\n-a\n+x{end}", {"f": "a\nb\n"}
    )
    assert "'@@ def z' is not in the file" in refusal(
        f"{begin}*** Update File: f\n@@ def z\n-a\n+b{end}", {"f": "a\n"}
    )
    assert "looks cut off" in refusal(f"{begin}*** Add File: a\n+x")
    assert "already exists" in refusal(f"{begin}*** Add File: f\n+x{end}", {"f": ""})
    assert "no such file" in refusal(f"{begin}*** Delete File: f{end}")
    assert "names it twice" in refusal(f"{begin}*** Add File: a\n+x\n*** Delete File: a{end}")
    assert "changes nothing" in refusal(f"{begin}*** Update File: f\n a{end}", {"f": "a\n"})
    assert "this is no patch" in refusal("please change a to b")
    assert "hunk 1: a line starts with" in refusal(f"{begin}*** Update File: f\nfoo{end}", {"f": "a\n"})
    assert "already exists" in refusal(
        f"{begin}*** Update File: f\n*** Move to: g{end}", {"f": "a\n", "g": ""}
    )


def signed(old: list[str], new: list[str], opcodes: list[tuple[str, int, int, int, int]]) -> list[str]:
    lines: list[str] = []
    for tag, a, b, c, d in opcodes:
        if tag == "equal":
            lines += [f" {line}" for line in old[a:b]]
        else:
            lines += [f"-{line}" for line in old[a:b]] + [f"+{line}" for line in new[c:d]]
    return lines


@given(st.lists(WORD, min_size=1, max_size=12), st.lists(WORD, max_size=12))
def test_a_hunk_over_the_whole_file_gives_the_new_text(old: list[str], new: list[str]) -> None:
    if old == new:
        return
    opcodes = difflib.SequenceMatcher(None, old, new).get_opcodes()
    hunk = "\n".join(["@@", *signed(old, new, opcodes), "*** End of File"])
    assert update("".join(f"{line}\n" for line in old), hunk) == "".join(f"{line}\n" for line in new)


@given(st.data())
def test_small_hunks_over_distinct_lines_give_the_new_text(data: st.DataObject) -> None:
    old = [f"line {number}" for number in range(data.draw(st.integers(1, 40)))]
    new: list[str] = []
    for line in old:
        match data.draw(st.sampled_from(("keep", "keep", "keep", "drop", "change", "insert"))):
            case "keep":
                new.append(line)
            case "change":
                new.append(f"{line} changed")
            case "insert":
                new += [line, f"{line} and more"]
            case _:
                pass
    if old == new:
        return
    groups = difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(1)
    hunks = "\n".join("\n".join(["@@", *signed(old, new, group)]) for group in groups)
    assert update("\n".join(old), hunks) == "\n".join(new)
