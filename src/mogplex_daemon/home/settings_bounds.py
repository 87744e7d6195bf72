"""What a project's settings may not do, because whoever clones a repository did not write them.

It can start no program of its own (`[notify]`), open no sandbox (`[sandbox]`), and give no key another meaning
(`[keys]`): what approves must be what the person chose. It cannot send the work and its credentials elsewhere
(`[providers]`), nor make a limit of money count less (`[models]`), nor say when an agent asks (`[agents]`). It can
tighten a limit the user has set, and not loosen it; it adds to the commands the user has disabled, and to the folders
of commands, and takes none away.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.home.settings_file import Layer

RESERVED: dict[str, str] = {
    "notify": "a project cannot start programs",
    "keys": "a project cannot rebind keys",
    "providers": "a project cannot say where models are called",
    "models": "a project cannot say what models cost",
    "agents": "a project cannot say how agents are held",
    "sandbox": "a project cannot open the sandbox it is kept in",
}
"""Tables that are the user's own, and why."""
CEILINGS = ("max_cost_usd", "max_tokens", "max_steps")
ADDED = ("disabled", "extra_dirs")
"""Lists of `[slash_commands]` that a project adds to; what it names goes first."""


def within_bounds(path: Path, project: Layer, user: Mapping[str, Any]) -> Layer:
    """The project's layer without what it may not say. Pure."""
    values = dict(project.values)
    problems = list(project.problems)
    for table, reason in RESERVED.items():
        if values.pop(table, None):
            problems.append(
                f"{path}: {table}: {reason}; it is left out, $MOGPLEX_HOME/config.toml may say it"
            )
    own = cast("Mapping[str, float]", user.get("limits", {}))
    limits = dict(cast("Mapping[str, float]", values.get("limits", {})))
    for name in CEILINGS:
        if name in own and limits.get(name, 0) > own[name]:
            problems.append(
                f"{path}: limits.{name}: {limits.pop(name)} is more than your own {own[name]}; yours holds"
            )
    if limits:
        values["limits"] = limits
    else:
        values.pop("limits", None)
    below = cast("Mapping[str, Sequence[str]]", user.get("slash_commands", {}))
    commands = dict(cast("Mapping[str, Sequence[str]]", values.get("slash_commands", {})))
    for name in ADDED:
        if name in commands:
            commands[name] = tuple(dict.fromkeys((*commands[name], *below.get(name, ()))))
    if commands:
        values["slash_commands"] = commands
    return Layer(values, tuple(problems))
