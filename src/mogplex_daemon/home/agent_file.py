"""`agent.json` at the project's root: a strict JSON object. Its prompt suffix and folders of commands are used."""

import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from mogplex_contracts.base import Strict

NAME = "agent.json"
MAX_BYTES = 256 * 1024


class AgentFile(Strict):
    """All it may say."""

    model: str | None = None
    system_prompt_suffix: str | None = None
    disabled_tools: tuple[str, ...] = ()
    extra_slash_dirs: tuple[str, ...] = ()
    """Folders of commands, relative to the project and inside of it."""
    personality: str | None = None


@dataclass(frozen=True, slots=True)
class LoadedAgentFile:
    """What it says, and what is wrong with it, a line each."""

    content: AgentFile = field(default_factory=AgentFile)
    problems: tuple[str, ...] = ()


def load_agent_file(root: Path) -> LoadedAgentFile:
    """Read it; one that is not there says nothing. Never raises."""
    path = root / NAME
    try:
        if not path.is_file():
            return LoadedAgentFile()
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return _left_out(f"cannot be read ({error.strerror})")
    if len(data) > MAX_BYTES:
        return _left_out(f"is more than {MAX_BYTES // 1024} KiB")
    return read_agent_file(data)


def read_agent_file(data: bytes) -> LoadedAgentFile:
    """The content of `data`. Never raises."""
    try:
        content = AgentFile.model_validate(json.loads(data.decode("utf-8-sig")), strict=False)
    except UnicodeDecodeError:
        return _left_out("is not UTF-8 text")
    except json.JSONDecodeError as error:
        return _left_out(f"line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        return _left_out("is nested too deeply")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        said = _no_field(place) if first["type"] == "extra_forbidden" else first["msg"]
        return _left_out(": ".join(part for part in (place, said) if part))
    inside = tuple(name for name in content.extra_slash_dirs if _stays_inside(name))
    outside = (name for name in content.extra_slash_dirs if not _stays_inside(name))
    problems = (f"extra_slash_dirs: {name} is not inside the project; it is left out" for name in outside)
    return LoadedAgentFile(content.model_copy(update={"extra_slash_dirs": inside}), tuple(problems))


def _no_field(name: str) -> str:
    near = get_close_matches(name, AgentFile.model_fields, n=1)
    ways = f", did you mean {near[0]}?" if near else f"; there are {', '.join(AgentFile.model_fields)}"
    return f"there is no such field{ways}"


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and not name.startswith("~")


def _left_out(why: str) -> LoadedAgentFile:
    return LoadedAgentFile(problems=(f"{why}; mend it, until then it is left out",))
