"""How well commands of runs in this folder would be confined: asked of the program that confines them."""

import json
import sys
from typing import Any

from mogplex_cli.headless.doctor.ask import NoAnswer, ask
from mogplex_cli.headless.doctor.finding import Finding, Standing, Surroundings

STANDINGS: dict[str, Standing] = {"nominal": "nominal", "partial": "degraded", "off": "offline"}


async def check_sandbox(where: Surroundings) -> tuple[Finding, ...]:
    """One finding; asking really runs a command in the sandbox."""
    # `-P`: never import from the current folder.
    command = (sys.executable, "-P", "-m", "mogplex_daemon.runhost.sandbox", str(where.folder))
    environ = {**where.environ, "MOGPLEX_HOME": str(where.home.root)}
    try:
        facts: dict[str, Any] = json.loads((await ask(command, environ)).splitlines()[-1])
    except (NoAnswer, ValueError, IndexError) as reason:
        return (Finding("sandbox", "offline", f"cannot be told: {reason}", "run mogplex doctor again"),)
    return (_finding(facts),)


def _finding(facts: dict[str, Any]) -> Finding:
    level, method, refused = str(facts["level"]), facts["method"], [str(each) for each in facts["refused"]]
    if facts["chosen"]:
        told = "off, as permission mode or settings say: commands have full access"
        return Finding("sandbox", "degraded", told, '[sandbox] mode = "workspace-write" confines them', facts)
    why = "; ".join(each.rpartition("; ")[0] or each for each in refused)
    told = f"{level} · {method or 'every command asks a person'}" + (f" · {why}" if why else "")
    fix = refused[0].rpartition("; ")[2] if refused else ""
    return Finding("sandbox", STANDINGS.get(level, "offline"), told, fix, facts)
