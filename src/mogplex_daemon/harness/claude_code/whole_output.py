"""Big outputs, of which Claude Code tells only the beginning and where the rest lies: in a file of the run's folder."""

import os
import re
from pathlib import Path

import anyio.to_thread

from mogplex_daemon.harness.agents.reading import Object, as_list, as_object, as_text

MARK = "<persisted-output>"
KEPT = re.compile(rf"{MARK}\n[^\n]*saved to: ([^\n]+)\n.*</persisted-output>\s*", re.DOTALL)
FOLDER = "tool-results"
LARGEST = 64 * 2**20
"""Bytes of a file that is still read; of a bigger one its beginning."""


async def with_whole_outputs(message: Object, folder: Path) -> Object:
    """A `user` message with the outputs in it whole, as far as their files lie below `folder`."""
    said = as_object(message.get("message"))
    blocks = as_list(said.get("content"))
    if not any(MARK in as_text(as_object(block).get("content")) for block in blocks):
        return message
    whole = [await anyio.to_thread.run_sync(_whole, block, folder) for block in blocks]
    return {**message, "message": {**said, "content": whole}}


def _whole(block: object, folder: Path) -> object:
    told = as_object(block)
    found = KEPT.fullmatch(as_text(told.get("content")))
    text = None if found is None else _text_of(Path(found[1]), folder)
    return block if text is None else {**told, "content": text}


def _text_of(path: Path, folder: Path) -> str | None:
    """The text of a kept output; None for any other file, whoever names it: a command can print such words too."""
    try:
        real = Path(os.path.realpath(path))
        if real.parent.name != FOLDER or not real.is_relative_to(os.path.realpath(folder)):
            return None
        with real.open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
