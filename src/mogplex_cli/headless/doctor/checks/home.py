"""Whether $MOGPLEX_HOME can be written, is private, and has room."""

import os
import shutil
import stat
import tempfile

import anyio.to_thread

from mogplex_cli.headless.doctor.finding import Finding, Surroundings

LEAST_BYTES = 200_000_000


async def check_home(where: Surroundings) -> tuple[Finding, ...]:
    """One finding."""
    return (await anyio.to_thread.run_sync(_look, where),)


def _look(where: Surroundings) -> Finding:
    root = where.home.root
    facts: dict[str, object] = {"path": str(root), "free_bytes": None, "mode": None}
    place = next((each for each in (root, *root.parents) if each.exists()), root)
    elsewhere = "mend its owner and mode, or set MOGPLEX_HOME to a folder you can write to"
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".mogplex-doctor-"):
            pass
        facts["free_bytes"] = free = shutil.disk_usage(place).free
        mode = stat.S_IMODE(place.stat().st_mode)
    except OSError as error:
        return Finding(
            "home", "offline", f"{place} cannot be written: {error.strerror}", elsewhere, facts, needed=True
        )
    if place != root:
        return Finding("home", "nominal", f"{root} will be made by the first run", facts=facts)
    facts["mode"] = f"{mode:04o}"
    if root.stat().st_uid != os.getuid() or mode & 0o077:
        return Finding(
            "home", "degraded", f"{root} is open to others ({mode:04o})", f"chmod 700 {root}", facts
        )
    if free < LEAST_BYTES:
        told = f"{root} has {free // 1_000_000} MB left"
        return Finding("home", "degraded", told, "free some space: mogplex-daemon gc --keep 20", facts)
    return Finding("home", "nominal", f"{root} · {free // 1_000_000_000} GB free", facts=facts)
