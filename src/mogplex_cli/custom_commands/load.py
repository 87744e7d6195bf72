"""Everything about custom commands that lies on disk, read at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mogplex_cli.custom_commands.command import CustomCommand, Problem
from mogplex_cli.custom_commands.folders import read_folder
from mogplex_cli.custom_commands.places import Place, places
from mogplex_cli.custom_commands.registry import CommandRegistry, SlashSettings, build_registry
from mogplex_daemon.home.agent_file import NAME as AGENT_FILE
from mogplex_daemon.home.agent_file import AgentFile, load_agent_file


@dataclass(frozen=True, slots=True)
class CommandSources:
    """Where to look, and by which rules."""

    root: Path
    """Of the project."""
    home: Path
    """`$MOGPLEX_HOME`."""
    environ: Mapping[str, str]
    builtins: frozenset[str]
    """Every name of a built-in command."""
    settings: SlashSettings = field(default_factory=SlashSettings)
    extra_dirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedCommands:
    """The commands, and the places they were looked for in, there or not."""

    registry: CommandRegistry
    places: tuple[Place, ...]


def load_commands(sources: CommandSources) -> LoadedCommands:
    """Read all places. Never raises; what cannot be used is a problem of the registry."""
    agent_file = load_agent_file(sources.root)
    looked = places_of(sources, agent_file.content)
    commands: list[CustomCommand] = []
    problems = [Problem(AGENT_FILE, problem) for problem in agent_file.problems]
    for place in _once(looked):
        found = read_folder(place, sources.root)
        commands += found.commands
        problems += found.problems
    registry = build_registry(commands, sources.builtins, sources.settings, problems)
    return LoadedCommands(registry, looked)


def places_of(sources: CommandSources, agent_file: AgentFile | None = None) -> tuple[Place, ...]:
    """The places to look in; agent.json is read when it is not given."""
    content = agent_file or load_agent_file(sources.root).content
    return places(
        sources.root,
        sources.home,
        sources.environ,
        agent_dirs=content.extra_slash_dirs,
        extra_dirs=sources.extra_dirs,
    )


def _once(looked: Iterable[Place]) -> list[Place]:
    """Without places that are another one under a second name: a home folder may be a project, too."""
    seen: dict[Path, Place] = {}
    for place in looked:
        seen.setdefault(place.folder.resolve(), place)
    return list(seen.values())
