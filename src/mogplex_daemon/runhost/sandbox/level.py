"""Which sandbox this machine gives: the first method that really runs a command, and why not a better one."""

import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mogplex_contracts.vocabulary import SandboxLevel
from mogplex_daemon.runhost.sandbox.bubblewrap import Bubblewrap
from mogplex_daemon.runhost.sandbox.landlock import Landlock
from mogplex_daemon.runhost.sandbox.launch import Launch
from mogplex_daemon.runhost.sandbox.policy import Policy, SandboxRules, policy_now
from mogplex_daemon.runhost.sandbox.seatbelt import Seatbelt

PROBE_SECONDS = 5.0
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
            done = subprocess.run(
                launch.argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PROBE_SECONDS,
                pass_fds=launch.pass_fds,
                cwd=rules.workspace if rules.workspace.is_dir() else Path("/"),
                check=False,
            )
    except OSError as error:
        return error.strerror or str(error)
    except subprocess.TimeoutExpired:
        return f"does not answer within {PROBE_SECONDS:g} s"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1] if said else f"exit status {done.returncode}"
