"""Whether settings and permission rules say what they were meant to say."""

import anyio.to_thread

from mogplex_cli.headless.doctor.finding import Finding, Surroundings
from mogplex_daemon.home.permission_files import load_layers
from mogplex_daemon.home.repo_slug import repo_slug
from mogplex_daemon.home.settings import load_settings


async def check_config(where: Surroundings) -> tuple[Finding, ...]:
    """Settings, and permission rules of this folder's repository."""
    return await anyio.to_thread.run_sync(_look, where)


def _look(where: Surroundings) -> tuple[Finding, ...]:
    settings = load_settings(where.home, where.folder, where.environ).problems
    permissions = load_layers(where.home.root, repo_slug(where.folder), None)
    rules = tuple(f"{problem.message}. {problem.fix}" for problem in permissions.problems)
    return (
        _finding("settings", settings, f"{where.home.config}"),
        _finding("permissions", rules, f"mode {permissions.layers.mode}"),
    )


def _finding(name: str, problems: tuple[str, ...], told: str) -> Finding:
    if not problems:
        return Finding(name, "nominal", told, facts={"problems": []})
    first, *others = problems
    more = f" (and {len(others)} more)" if others else ""
    return Finding(
        name, "degraded", first + more, "mend the file that is named", {"problems": list(problems)}
    )
