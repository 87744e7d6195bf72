"""What codex's items are called for people: commands without their shell, actions in a few words. Pure."""

import json
import shlex
from typing import Any

from mogplex_contracts.text import one_line
from mogplex_daemon.harness.agents.reading import as_object, as_text

SHELLS = ("bash", "sh", "zsh", "dash")
ACTION_CHARACTERS = 80


def clean_command(command: str) -> str:
    """The command line without the shell that codex wraps it in, to the letter."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    match words:
        case [shell, "-c" | "-lc", line] if shell.rpartition("/")[2] in SHELLS:
            return line
        case _:
            return command


def in_words(verb: str, subject: str) -> str:
    """What an agent does now, short enough for a list."""
    return one_line(f"{verb} {subject}", ACTION_CHARACTERS)


def tool_text(content: tuple[Any, ...], structured: Any) -> str:
    """What a remote tool gave, as text."""
    texts: list[str] = []
    for part in content:
        told = as_object(part)
        text = told.get("text")
        texts.append(text if isinstance(text, str) else f"[{as_text(told.get('type')) or 'something'}]")
    if not texts and structured is not None:
        return json.dumps(structured, ensure_ascii=False, indent=2)
    return "\n".join(texts)
