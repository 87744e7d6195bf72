"""Installs the agents that the tests drive, once for all checkouts: python -m tests.agents.install

They go to $MOGPLEX_TEST_AGENTS, else ~/.cache/mogplex-agents. What is there in the pinned version stays; what another
checkout put there as well. Needs npm and Node 20.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = Path(__file__).with_name("package.json")
INSTALL_SECONDS = 900.0


class NotInstalled(Exception):
    """An agent cannot be installed; the message says why and what to do."""


def folder() -> Path:
    """Where the agents lie."""
    return Path(os.environ.get("MOGPLEX_TEST_AGENTS") or Path.home() / ".cache" / "mogplex-agents")


def programs() -> Path:
    """The folder of their commands: `codex`, `claude`, `opencode`, `gemini`."""
    return folder() / "node_modules" / ".bin"


def pinned() -> dict[str, str]:
    """Package name to version."""
    return dict(json.loads(WANTED.read_text("utf-8"))["dependencies"])


def install(*names: str) -> Path:
    """Install these packages, or all, where they are missing; the folder of their commands.

    Raises NotInstalled.
    """
    wanted = {name: version for name, version in pinned().items() if not names or name in names}
    if not missing(wanted):
        return programs()
    if shutil.which("npm") is None:
        raise NotInstalled("npm is needed to install the agents for tests/agents; install Node.js 20")
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if absent := missing(wanted):
            _npm_install([f"{name}@{version}" for name, version in absent.items()])
    if absent := missing(wanted):
        raise NotInstalled(
            f"npm said nothing wrong, yet these are missing in {folder()}: {', '.join(absent)}"
        )
    return programs()


def missing(wanted: dict[str, str]) -> dict[str, str]:
    """What of `wanted` is not there in its version."""
    return {name: version for name, version in wanted.items() if _installed(name) != version}


def _installed(name: str) -> str | None:
    try:
        manifest = (folder() / "node_modules" / name / "package.json").read_text("utf-8")
        return str(json.loads(manifest)["version"])
    except (OSError, ValueError, KeyError):
        return None


def _npm_install(packages: list[str]) -> None:
    """Let npm add packages. The prefix gets a package.json of its own, so nothing already there is pruned."""
    command = (
        "npm", "install", "--prefix", str(folder()), "--save-exact", "--no-audit", "--no-fund",
        "--loglevel", "error", *packages,
    )  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    if done.returncode != 0:
        raise NotInstalled(
            f"{' '.join(command)} failed with {done.returncode}: {done.stderr.strip()[-2000:]}"
        )


def main() -> int:
    """Install all of them; the exit status."""
    try:
        print(install())
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return 69
    return 0


if __name__ == "__main__":
    sys.exit(main())
