"""Whether git is there, and this folder is in a repository."""

import re
import shutil

from mogplex_cli.headless.doctor.ask import NoAnswer, ask
from mogplex_cli.headless.doctor.finding import Finding, Surroundings

LEAST = (2, 30)


async def check_git(where: Surroundings) -> tuple[Finding, ...]:
    """git itself, and the folder."""
    path = shutil.which("git", path=where.environ.get("PATH"))
    install = "install git with your system's package manager"
    if path is None:
        return (Finding("git", "offline", "not installed", install, needed=True),)
    try:
        said = await ask((path, "--version"), where.environ)
    except NoAnswer as reason:
        return (Finding("git", "offline", f"{path} {reason}", install, needed=True),)
    found = re.search(r"(\d+)\.(\d+)[.\d]*", said)
    version = found[0] if found else said
    facts: dict[str, object] = {"path": path, "version": version}
    if found and (int(found[1]), int(found[2])) < LEAST:
        told = f"{version} · {path}"
        program = Finding("git", "degraded", told, "install git 2.30 or later", facts)
    else:
        program = Finding("git", "nominal", f"{version} · {path}", facts=facts)
    return (program, await _folder(path, where))


async def _folder(git: str, where: Surroundings) -> Finding:
    name = str(where.folder)
    try:
        top = await ask((git, "-C", name, "rev-parse", "--show-toplevel"), where.environ)
    except NoAnswer as reason:
        if "not a git repository" in str(reason):
            fix = f"git init {name}, or start mogplex in a repository: without git there is no diff of a run"
            return Finding("repository", "degraded", f"{name} is in no repository", fix)
        return Finding("repository", "degraded", f"git {reason}", f"run git status in {name}")
    return Finding("repository", "nominal", top, facts={"top": top})
