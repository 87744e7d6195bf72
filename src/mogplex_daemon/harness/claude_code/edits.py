"""What a Write or an Edit of Claude Code would do to a file, as a unified diff: made before it is asked. Pure."""

from dataclasses import dataclass

from mogplex_contracts.events.patch import PatchedFile
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import ChangeKind
from mogplex_daemon.harness.agents.diffs import counted, header, hunks
from mogplex_daemon.harness.agents.reading import Object, as_objects, as_text


@dataclass(frozen=True, slots=True)
class Edit:
    """The change of one file."""

    file: PatchedFile
    diff: str
    """Unified. When the change does not fit the file, what would be taken out and put in."""


def edit_of(tool: str, tool_input: Object, path: str, before: str | None) -> Edit:
    """What the call does to the file at `path`, which now holds `before`; None: there is none, or no text."""
    after = _after(tool, tool_input, before)
    change: ChangeKind = "add" if before is None else "update"
    diff = _loose(tool_input, path) if after is None else diff_of(path, before, after)
    added, removed = counted(diff)
    return Edit(PatchedFile(path=path, change=change, added=added, removed=removed), diff)


def diff_of(path: str, before: str | None, after: str) -> str:
    """The unified diff from `before` to `after`; empty when they are equal."""
    changed = hunks(before or "", after)
    return header(None if before is None else path, path) + changed if changed else ""


def _after(tool: str, tool_input: Object, before: str | None) -> str | None:
    """What the file would hold; None when that cannot be said."""
    match tool:
        case "Write":
            return as_text(tool_input.get("content"))
        case "Edit":
            return _replaced(before, tool_input)
        case "MultiEdit":
            text = before
            for each in as_objects(tool_input.get("edits")):
                text = _replaced(text, each)
                if text is None:
                    return None
            return text
        case _:
            return None


def _replaced(before: str | None, edit: Object) -> str | None:
    old, new = as_text(edit.get("old_string")), as_text(edit.get("new_string"))
    if not old:
        return new if not before else None
    if before is None or old not in before:
        return None
    return before.replace(old, new) if edit.get("replace_all") is True else before.replace(old, new, 1)


def _loose(tool_input: Object, path: str) -> str:
    """Both sides of an edit whose place in the file is not known; a hunk without numbers says so."""
    edits = as_objects(tool_input.get("edits")) or (tool_input,)
    pieces = [header(path, path)]
    for each in edits:
        new = as_text(each.get("new_string")) or as_text(each.get("new_source"))
        pieces.append("@@\n")
        pieces += _cell(each)
        pieces += [f"-{line}\n" for line in as_text(each.get("old_string")).splitlines()]
        pieces += [f"+{line}\n" for line in new.splitlines()]
    return "".join(pieces)


def _cell(edit: Object) -> list[str]:
    """What a notebook's edit does, and to which of its cells: its new text alone does not say that."""
    if not edit.keys() & {"new_source", "cell_id", "edit_mode"}:
        return []
    cell, how = as_text(edit.get("cell_id")), as_text(edit.get("edit_mode")) or "replace"
    return [f" {one_line(f'{how} the cell {cell}' if cell else f'{how} a cell')}\n"]
