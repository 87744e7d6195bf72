"""`python -m mogplex_daemon.runhost.sandbox [FOLDER]`: what the sandbox of a run there would be, as JSON."""

import json
import os
import sys
import tempfile
from pathlib import Path

from mogplex_daemon.home.paths import find_home
from mogplex_daemon.home.permission_files import load_layers
from mogplex_daemon.home.repo_slug import repo_slug
from mogplex_daemon.home.settings import load_settings
from mogplex_daemon.runhost.sandbox.choose import chosen_sandbox
from mogplex_daemon.runhost.workspace import Workspace


def main() -> int:
    """Print the level, the method, and why it is not a better one; the exit status."""
    folder = Path(sys.argv[1] if sys.argv[1:] else ".").absolute()
    home = find_home(os.environ)
    settings = load_settings(home, folder, os.environ).settings.sandbox
    mode = load_layers(home.root, repo_slug(folder), None).layers.mode
    with tempfile.TemporaryDirectory(prefix="mogplex-") as run_folder:
        sandbox = chosen_sandbox(settings, mode, Workspace(folder), home, Path(run_folder), os.environ)
    facts: dict[str, object] = {
        "level": sandbox.level if sandbox else "off",
        "method": sandbox.method.name if sandbox and sandbox.method else None,
        "chosen": sandbox is None,
        "refused": list(sandbox.refused) if sandbox else [],
    }
    sys.stdout.write(json.dumps(facts) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
