"""The unified diff of a planned change, made from the old and the new text, as a person reads it."""

import difflib
from collections.abc import Iterator, Sequence

from mogplex_daemon.runhost.patch.lines import split_lines

CONTEXT_LINES = 3


def show_change(old_path: str | None, new_path: str | None, old_text: str, new_text: str) -> str:
    """A diff in git's shape; a path of None means the file is not there before or after."""
    old_name, new_name = old_path or new_path or "", new_path or old_path or ""
    headers = [f"diff --git a/{old_name} b/{new_name}\n"]
    if old_path is None:
        headers.append("new file mode 100644\n")
    elif new_path is None:
        headers.append("deleted file mode 100644\n")
    elif old_path != new_path:
        headers += [f"rename from {old_path}\n", f"rename to {new_path}\n"]
    body = difflib.unified_diff(
        split_lines(old_text),
        split_lines(new_text),
        f"a/{old_name}" if old_path else "/dev/null",
        f"b/{new_name}" if new_path else "/dev/null",
        n=CONTEXT_LINES,
    )
    return "".join((*headers, *_marked(body)))


def count_changes(old_text: str, new_text: str) -> tuple[int, int]:
    """How many lines are added and removed."""
    old_lines, new_lines = split_lines(old_text), split_lines(new_text)
    if not old_lines or not new_lines:
        return len(new_lines), len(old_lines)
    return _count(old_lines, new_lines)


def _count(old_lines: Sequence[str], new_lines: Sequence[str]) -> tuple[int, int]:
    added = removed = 0
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            removed += old_end - old_start
            added += new_end - new_start
    return added, removed


def _marked(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
