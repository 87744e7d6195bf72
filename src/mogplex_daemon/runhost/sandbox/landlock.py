"""The sandbox of Linux machines without bubblewrap: Landlock and seccomp, by a launcher of our own.

It is partial. Landlock opens whole folders, so what is protected inside of the workspace is not (what changed
there is put back afterwards, `git_guard.py`), modes and times of own files outside can still be changed, and
there is no private /tmp: TMPDIR leads to the run's.
"""

import json
import platform
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.vocabulary import SandboxLevel
from mogplex_daemon.runhost.sandbox.launch import Launch, memory_file
from mogplex_daemon.runhost.sandbox.policy import Policy
from mogplex_daemon.runhost.sandbox.seccomp import filter_program, socket_families

LAUNCHER = Path(__file__).with_name("landlock_launcher.py")
DEVICES = (
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/pts",
    "/dev/ptmx",
    "/dev/shm",
)


@dataclass(frozen=True)
class Landlock:
    """The method; `level` is what it gives where it works."""

    name = "landlock"
    level: SandboxLevel = "partial"
    leaves_orphan = False
    install = "a kernel of 6.2 or later with Landlock"
    python: str = sys.executable
    """What runs the launcher."""

    @contextmanager
    def launch(self, argv: Sequence[str], policy: Policy) -> Generator[Launch]:
        """How to start `argv`. Raises OSError where that cannot be."""
        machine = platform.machine()
        try:
            program = filter_program(machine, socket_families(False, policy.network, policy.local_sockets))
        except KeyError as error:
            raise OSError(f"no system call filter for {machine}") from error
        content = json.dumps(
            {
                "writable": [str(path) for path in (*policy.writable, policy.temporary)],
                "devices": DEVICES,
                "readable": [str(path) for path in readable(policy.masked)],
                "seccomp": program.hex(),
            }
        )
        with memory_file(content.encode("utf-8", "surrogateescape")) as descriptor:
            launcher = (self.python, "-I", "-S", str(LAUNCHER), str(descriptor))
            yield Launch((*launcher, *argv), (descriptor,), {"TMPDIR": str(policy.temporary)})


def readable(masked: Iterable[Path]) -> list[Path]:
    """Everything but what is masked: the entries beside it, and beside each folder it is in.

    What is made beside a masked entry later cannot be read by a command that runs already.
    """
    hidden = set(masked)
    opened = {parent for path in hidden for parent in path.parents} or {Path("/")}
    found: list[Path] = []
    for folder in sorted(opened):
        try:
            entries = list(folder.iterdir())
        except OSError:
            continue
        found.extend(entry for entry in entries if entry not in opened and entry not in hidden)
    return found
