"""Which sandbox this machine gives: the first method that really runs a command, and why not a better one."""

import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mogplex_contracts.vocabulary import SandboxLevel
from mogplex_daemon.runhost.process_tree import reap_group
from mogplex_daemon.runhost.sandbox.bubblewrap import Bubblewrap
from mogplex_daemon.runhost.sandbox.landlock import Landlock
from mogplex_daemon.runhost.sandbox.launch import Launch
from mogplex_daemon.runhost.sandbox.policy import Policy, SandboxRules, policy_now
from mogplex_daemon.runhost.sandbox.seatbelt import Seatbelt

PROBE_SECONDS = 30.0
"""A sandbox that is only slow must not be taken for none: commands would be confined less."""
PROBED = ("/bin/sh", "-c", "exit 0")
"""The least that shows it works. (There is no /bin/true on macOS.)"""


class Method(Protocol):
    """One way to confine a command."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def level(self) -> SandboxLevel:
        """What it gives where it works."""
        ...

    @property
    def install(self) -> str:
        """How a machine comes by it."""
        ...

    @property
    def leaves_orphan(self) -> bool:
        """Whether a process of it outlives it for a moment."""
        ...

    def launch(self, argv: Sequence[str], policy: Policy) -> AbstractContextManager[Launch]:
        """How to start `argv`. Entering raises OSError where that cannot be."""
        ...


METHODS: dict[str, tuple[Method, ...]] = {
    "linux": (Bubblewrap(), Landlock()),
    "darwin": (Seatbelt(),),
}
"""By `sys.platform`, the best first."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a machine gives for these rules. Without a method nothing can be launched in it."""

    rules: SandboxRules
    method: Method | None
    refused: tuple[str, ...] = ()
    """Why the better methods do not work, a line each, the best first."""

    @property
    def level(self) -> SandboxLevel:
        """How well commands are confined."""
        return self.method.level if self.method else "off"

    @property
    def leaves_orphan(self) -> bool:
        """Whether a process of the method outlives it for a moment, to be reaped by us."""
        return self.method is not None and self.method.leaves_orphan

    @contextmanager
    def launch(self, argv: Sequence[str]) -> Generator[Launch]:
        """How to start `argv` confined, with the rules as they stand now. Raises OSError where that cannot be."""
        if self.method is None:
            raise OSError("there is no sandbox on this machine")
        with self.method.launch(argv, policy_now(self.rules)) as launch:
            yield launch


def find_sandbox(rules: SandboxRules, methods: Sequence[Method] | None = None) -> Sandbox:
    """The first method that runs a command with these very rules. Takes some milliseconds; never raises."""
    refused: list[str] = []
    for method in METHODS.get(sys.platform, ()) if methods is None else methods:
        reason = refusal(method, rules)
        if reason is None:
            return Sandbox(rules, method, tuple(refused))
        refused.append(f"{method.name}: {reason}; {method.install}")
    return Sandbox(rules, None, tuple(refused) or (f"there is no sandbox for {sys.platform}",))


def refusal(method: Method, rules: SandboxRules) -> str | None:
    """Why a command cannot be run by `method`; None when it can."""
    try:
        with method.launch(PROBED, policy_now(rules)) as launch:
            status, said = _probe(launch, rules.workspace)
    except OSError as error:
        return error.strerror or str(error)
    except subprocess.TimeoutExpired:
        return f"does not answer within {PROBE_SECONDS:g} s"
    if status == 0:
        return None
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit status {status}"


def _probe(launch: Launch, folder: Path) -> tuple[int, bytes]:
    """Exit status and stderr of the probe. Raises OSError and TimeoutExpired."""
    process = subprocess.Popen(
        launch.argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=launch.pass_fds,
        cwd=folder if folder.is_dir() else Path("/"),
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=PROBE_SECONDS)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    finally:
        process.wait()
        reap_group(process.pid)
    return process.returncode, said
