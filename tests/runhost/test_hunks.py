import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.runhost.patch.hunks import hunks, keep
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.patch.plan import FileChange, PatchPlan, plan_of, plan_patch
from mogplex_daemon.runhost.patch.show import count_changes

LINES = st.lists(st.sampled_from(("a\n", "b\n", "c\n", "\n", "tail")), max_size=40).map("".join)


def change(path: str, old: str | None, new: str | None, moved_to: str | None = None) -> FileChange:
    kind = "add" if old is None else "delete" if new is None else "move" if moved_to else "update"
    return FileChange(path, kind, old, new, moved_to, *count_changes(old or "", new or ""))


def patched(plan: PatchPlan, files: dict[str, str]) -> dict[str, str]:
    left = dict(files)
    for each in plan.changes:
        if each.removed_path is not None:
            del left[each.removed_path]
        if each.written_path is not None:
            left[each.written_path] = each.new_text or ""
    return left


@given(old=LINES, new=LINES)
def test_hunks_are_those_of_the_diff_and_all_of_them_are_the_patch(old: str, new: str):
    if old == new:
        return
    plan = plan_of((change("f", old, new),))
    found = hunks(plan)
    heads = sum(line.startswith("@@ -") for line in plan.diff.splitlines())
    assert len(found) == max(1, heads)
    assert keep(plan, [hunk.number for hunk in found]) == plan


@given(old=LINES, new=LINES, data=st.data())
def test_kept_and_dropped_hunks_together_are_the_whole_patch(old: str, new: str, data: st.DataObject):
    if old == new:
        return
    plan = plan_of((change("f", old, new),))
    numbers = [hunk.number for hunk in hunks(plan)]
    kept = data.draw(st.lists(st.sampled_from(numbers), min_size=1, unique=True))
    part = keep(plan, kept)
    if len(kept) == len(numbers):
        assert part == plan
        return
    assert len(hunks(part)) <= len(kept)
    rest = keep(plan, [number for number in numbers if number not in kept])
    again = plan_patch(rest.diff, {"f": part.changes[0].new_text}.get)
    assert again.changes[0].new_text == new


def test_numbers_go_on_over_the_files_and_a_file_without_hunks_is_one():
    plan = plan_of(
        (change("a", "x\n", "y\n"), change("b", "same\n", "same\n", "c"), change("d", None, "new\n"))
    )
    assert [(hunk.number, hunk.change.path) for hunk in hunks(plan)] == [(1, "a"), (2, "b"), (3, "d")]
    files = {"a": "x\n", "b": "same\n"}
    assert patched(keep(plan, (1, 3)), files) == {"a": "y\n", "b": "same\n", "d": "new\n"}
    assert patched(keep(plan, (2,)), files) == {"a": "x\n", "c": "same\n"}


def test_keeping_nothing_is_refused():
    with pytest.raises(PatchRefusal, match="no hunk"):
        keep(plan_of((change("a", "x\n", "y\n"),)), ())
