"""Sets everything up and runs it. Needs Python 3.11 or later, git and pip; nothing has to be installed before.

python3 scripts/dev.py demo    the cockpit, working on a throw-away repository with the offline demo
python3 scripts/dev.py test    every check: format, lint, types, walls, schemas, tests
python3 scripts/dev.py setup   only the set-up; the programs are then in .venv/bin

More words after `test` go to pytest, which then is all that runs: scripts/dev.py test tests/contracts
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
TASK = "review the staged diff for regressions"

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("pyright",),
    ("lint-imports", "--no-cache"),
    ("python", "contracts/generate.py", "--check"),
    ("python", "scripts/accessibility.py", "--check"),
    ("python", "-m", "tests.agents.install"),
    ("pytest", "-n", "2"),
)
"""What `test` runs, in this order; the first that fails ends it."""

NEEDED = ("node", "npm", "tmux", *(("bwrap",) if sys.platform == "linux" else ()))
"""Programs that the tests drive; `bwrap` is in the package bubblewrap."""


def main() -> int:
    """Do what the command line says; the exit status."""
    words = sys.argv[1:]
    if sys.version_info < (3, 11):
        return complain(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}")
    if shutil.which("git") is None:
        return complain("git is needed; install it with your system's package manager")
    match words:
        case ["setup"]:
            return set_up()
        case ["demo"]:
            return set_up() or demo()
        case ["test"]:
            return set_up() or check()
        case ["test", *arguments]:
            return set_up() or run(BIN / "pytest", *arguments)
        case _:
            sys.stdout.write(__doc__ or "")
            return 64


def set_up() -> int:
    """Make .venv and install the project into it, editable, with what its checks need."""
    stamp = VENV / "installed-for"
    wanted = (ROOT / "pyproject.toml").read_text("utf-8") + sys.version
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return 0
    say("setting up .venv (once, a minute or two)")
    status = run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
    # pip of the system installs into the new environment: ensurepip is missing on many machines.
    status = status or run(
        sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "--disable-pip-version-check",
        "--editable", f"{ROOT}[dev]",
    )  # fmt: skip
    if status == 0:
        stamp.write_text(wanted, "utf-8")
    return status


def check() -> int:
    """Run every check."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        return complain(f"the tests need {', '.join(missing)}; install it with your system's package manager")
    for name, *arguments in CHECKS:
        say(" ".join((name, *arguments)))
        if status := run(BIN / name, *arguments):
            say(f"{name} failed with exit status {status}")
            return status
    say("every check passed")
    return 0


def demo() -> int:
    """Open the cockpit on a small repository that has something staged, made for this and kept afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mogplex-demo-")) / "shop"
    write(folder / "README.md", "# Shop\n\nA small shop, to try Mogplex on.\n")
    write(folder / "src" / "cart.py", CART)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "The shop")
    write(folder / "src" / "cart.py", CART + DISCOUNT)
    git(folder, "add", "--all")
    status = run(BIN / "mogplex", "--harness", "demo", "--task", TASK, cwd=folder)
    say(f"the repository of the demo: {folder}")
    return status


CART = '''\
def total(items):
    """Price of all items."""
    return sum(item.price * item.count for item in items)
'''
DISCOUNT = """

def discount(items, code):
    print("code", code)
    # TODO: check the code
    return total(items) * 0.9
"""


def write(path: Path, text: str) -> None:
    """Write a file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def git(folder: Path, *arguments: str) -> None:
    """Run git with a name of its own, because a fresh machine has none."""
    identity = ("-c", "user.name=Mogplex demo", "-c", "user.email=demo@localhost")
    subprocess.run(("git", *identity, *arguments), cwd=folder, check=True)


def run(*command: object, cwd: Path = ROOT) -> int:
    """Run a program in the foreground; its exit status."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run([str(word) for word in command], cwd=cwd, env=environment, check=False).returncode


def say(text: str) -> None:
    """Tell what is going on."""
    sys.stdout.write(f"-- {text}\n")
    sys.stdout.flush()


def complain(text: str) -> int:
    """Tell what is wrong; the exit status."""
    sys.stderr.write(f"dev.py: {text}\n")
    return 69


if __name__ == "__main__":
    sys.exit(main())
