"""The file the report goes to, and the patch that puts it there."""

import re
from collections.abc import Sequence

REPORT_FILE = "MOGPLEX_REPORT.md"

EMPTY = "[the file is empty]"
READ_ON = re.compile(r"\n\[more follows; read on with offset=(\d+)\]\Z")


def next_offset(piece: str) -> int | None:
    """The line to read on from when `read_file` gave only a piece; None when it gave the rest."""
    more = READ_ON.search(piece)
    return int(more.group(1)) if more else None


def joined(pieces: Sequence[str]) -> str:
    """The whole text out of the pieces `read_file` gave of it."""
    if list(pieces) == [EMPTY]:
        return ""
    return "\n".join(READ_ON.sub("", piece) for piece in pieces)


def report_patch(old_text: str | None, new_text: str) -> str:
    """A codex-style patch that makes `new_text` the whole content; `old_text` is None where there is no file."""
    added = [f"+{line}" for line in new_text.splitlines()]
    if old_text is None:
        section = [f"*** Add File: {REPORT_FILE}", *added]
    else:
        removed = [f"-{line}" for line in old_text.removesuffix("\n").split("\n")] if old_text else []
        section = [f"*** Update File: {REPORT_FILE}", "@@", *removed, *added]
    return "\n".join(("*** Begin Patch", *section, "*** End Patch", ""))
