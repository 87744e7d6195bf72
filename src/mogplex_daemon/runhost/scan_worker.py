"""Searches files for a regular expression. Runs as a process of its own: `python -I -S scan_worker.py`.

A regular expression can take for ever and holds the interpreter while it does; a process can be killed.
It imports the standard library only. stdin: one JSON object {root, pattern, ignore_case, limit, names, seconds}.
stdout: one JSON array per match, [name, line number, text], then one object {searched, skipped_big, more} or,
for a pattern that is not one, {error}.
"""

import json
import os
import re
import signal
import stat
import sys
from typing import Any

MAX_BYTES = 5_000_000
"""Bigger files are passed over, and counted."""
SHOWN_CHARACTERS = 300
BINARY_PROBE = 8_192


def main() -> None:
    """Read the request, write the answer."""
    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    # Whoever started it ends it before; should that be gone, it must not search for ever.
    signal.alarm(request["seconds"])
    try:
        pattern = re.compile(request["pattern"], re.IGNORECASE if request["ignore_case"] else 0)
    except (re.error, OverflowError, RecursionError) as error:
        answer({"error": str(error)})
        return
    left: int = request["limit"]
    searched = skipped_big = 0
    root: str = request["root"]
    names: list[str] = request["names"]
    for name in names:
        content = read(f"{root}/{name}")
        if content is None:
            skipped_big += 1
            continue
        searched += 1
        for number, line in enumerate(content.split("\n"), 1):
            if match := pattern.search(line):
                if not left:
                    answer({"searched": searched, "skipped_big": skipped_big, "more": True})
                    return
                left -= 1
                answer([name, number, shown(line, match.start())])
    answer({"searched": searched, "skipped_big": skipped_big, "more": False})


def read(path: str) -> str | None:
    """The text of a regular file, empty for a binary or unreadable one; None when it is too big."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return ""
        if status.st_size > MAX_BYTES:
            return None
        content = file.read(MAX_BYTES)
    return "" if b"\0" in content[:BINARY_PROBE] else content.decode("utf-8", "replace")


def shown(line: str, start: int) -> str:
    """The line, or the part of a long one around the match."""
    if len(line) <= SHOWN_CHARACTERS:
        return line.rstrip()
    begin = max(0, start - SHOWN_CHARACTERS // 3)
    end = begin + SHOWN_CHARACTERS
    return f"{'…' if begin else ''}{line[begin:end]}{'…' if end < len(line) else ''}"


def answer(value: object) -> None:
    """Write one line, at once: what was found must survive a kill."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
