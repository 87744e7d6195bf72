"""The hunks of a planned patch, numbered from 1 over all its files as its diff shows them, and a plan of some of them.

A file that changes without a hunk, such as one that is only moved, counts as one.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from mogplex_daemon.runhost.patch.lines import PatchRefusal, split_lines
from mogplex_daemon.runhost.patch.plan import FileChange, PatchPlan, plan_of
from mogplex_daemon.runhost.patch.show import CONTEXT_LINES, count_changes

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Hunk:
    """A piece of a patch that can be kept or dropped."""

    number: int
    change: FileChange
    start: int
    """Its first line in the old file, from 1; 0 when the file changes without a hunk."""
    end: int
    """The line after its last one."""


def hunks(plan: PatchPlan) -> tuple[Hunk, ...]:
    """All hunks of the plan, in the order of its diff."""
    found: list[Hunk] = []
    for change in plan.changes:
        groups = _groups(change)
        if not groups:
            found.append(Hunk(len(found) + 1, change, 0, 0))
        for group in groups:
            found.append(Hunk(len(found) + 1, change, group[0][1] + 1, group[-1][2] + 1))
    return tuple(found)


def keep(plan: PatchPlan, kept: Collection[int]) -> PatchPlan:
    """The plan with only these hunks; a file none of whose hunks is kept stays as it is.

    Raises PatchRefusal when nothing is left of it.
    """
    numbers = iter(range(1, len(hunks(plan)) + 1))
    changes = tuple(
        change for each in plan.changes if (change := _kept(each, numbers, frozenset(kept))) is not None
    )
    if not changes:
        raise PatchRefusal("no hunk of the patch was kept")
    return plan_of(changes)


def _kept(change: FileChange, numbers: Iterator[int], kept: frozenset[int]) -> FileChange | None:
    groups = _groups(change)
    if not groups:
        return change if next(numbers) in kept else None
    wanted = [next(numbers) in kept for _ in groups]
    if all(wanted):
        return change
    if not any(wanted):
        return None
    old_text, new_text = change.old_text or "", change.new_text or ""
    old, new = split_lines(old_text), split_lines(new_text)
    made: list[str] = []
    cursor = 0
    for group, taken in zip(groups, wanted, strict=True):
        for tag, old_start, old_end, new_start, new_end in group:
            made.extend(old[cursor:old_start])
            made.extend(new[new_start:new_end] if taken and tag != "equal" else old[old_start:old_end])
            cursor = old_end
    text = "".join((*made, *old[cursor:]))
    added, removed = count_changes(old_text, text)
    return replace(change, new_text=text, added=added, removed=removed)


def _groups(change: FileChange) -> list[list[Opcode]]:
    """The changed places of a file with the lines around them: the very ones its diff shows."""
    old, new = split_lines(change.old_text or ""), split_lines(change.new_text or "")
    if old == new:
        return []
    groups = SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT_LINES)
    return [[(str(tag), a, b, c, d) for tag, a, b, c, d in group] for group in groups]
