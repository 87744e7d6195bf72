"""Where commands are looked for, highest precedence first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mogplex_cli.custom_commands.command import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that may hold commands."""

    folder: Path
    scope: Scope
    within: Path | None = None
    """Nothing that lies elsewhere is read, whatever links say; None where the person owns the place."""
    named: str = ""
    """The file and field that names it; empty for the folders every project and home has."""


def places(
    root: Path,
    home: Path,
    environ: Mapping[str, str],
    *,
    agent_dirs: Sequence[str] = (),
    extra_dirs: Sequence[str] = (),
) -> tuple[Place, ...]:
    """`agent_dirs` are those of agent.json, below `root`; `extra_dirs` those of config.toml."""
    agents_home = environ.get("AGENTS_HOME", "")
    folders = [
        Place(root / ".agents" / "commands", "project", root),
        Place(root / ".mogplex" / "commands", "project", root),
        *(Place(root / name, "project", root, "agent.json: extra_slash_dirs") for name in agent_dirs),
    ]
    if agents_home:
        folders.append(Place(Path(agents_home).expanduser().absolute() / "commands", "user"))
    folders.append(Place(home / "commands", "user"))
    folders += [
        Place(root / Path(name).expanduser(), "user", named="config.toml: slash_commands.extra_dirs")
        for name in extra_dirs
    ]
    return tuple(folders)
