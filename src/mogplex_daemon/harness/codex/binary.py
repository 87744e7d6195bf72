"""Finds the Codex program. The `codex` of npm is a script around a native program, which is better started itself:
the script leaves it behind when it is killed, and costs a Node process for as long as the run lasts.
"""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

INSTALL = "install it with: npm install -g @openai/codex"
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def find_codex(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The program behind the `codex` on PATH: the native one where it is found, else that command itself."""
    found = shutil.which("codex", path=environ.get("PATH"))
    if found is None:
        return None
    command = Path(found)
    return native_program(command.resolve()) or command


def native_program(script: Path) -> Path | None:
    """The native program of an npm package's `bin/codex.js`; None when `script` is no such thing."""
    if script.name != "codex.js":
        return None
    system = "darwin" if sys.platform == "darwin" else "linux"
    machine = MACHINES.get(platform.machine().lower(), "")
    package = script.parent.parent
    name = f"codex-{system}-{machine}"
    # Beside the package where npm puts all in one folder, below it where each has its own.
    for folder in (package.parent / name, package / "node_modules" / "@openai" / name, package):
        for program in sorted(folder.glob("vendor/*/bin/codex")):
            if os.access(program, os.X_OK):
                return program
    return None
