"""Pages of older events, and the index of a journal nobody writes to any more."""

import json
from pathlib import Path
from typing import Any

from mogplex_daemon.journal.index import SeqIndex, skip_lines

PAGE_BYTES = 512 * 1024
"""A page holds at most this much, so that its line stays well below the limit of the wire."""


def index_journal(path: Path) -> SeqIndex:
    """The index of a whole journal; raises OSError."""
    index = SeqIndex()
    with path.open("rb") as stream:
        for line in stream:
            index.add([line.rstrip(b"\n")])
    return index


def read_page(path: Path, index: SeqIndex, before_seq: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """The events just before `before_seq`, oldest first, at most `limit`; and whether there are older ones.

    Raises OSError.
    """
    end = min(before_seq, index.last_seq + 1)
    start = max(1, end - limit)
    if start >= end:
        return [], False
    offset, lines = index.before(start - 1)
    page: list[dict[str, Any]] = []
    size = 0
    with path.open("rb") as stream:
        stream.seek(skip_lines(path, offset, lines))
        kept = [stream.readline() for _ in range(end - start)]
    for line in reversed(kept):
        size += len(line)
        if page and size > PAGE_BYTES:
            break
        page.insert(0, json.loads(line))
    return page, end - len(page) > 1
