"""The sandbox of macOS: `sandbox-exec` with a profile. The profile is text and made purely."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.vocabulary import SandboxLevel
from mogplex_daemon.runhost.sandbox.launch import Launch
from mogplex_daemon.runhost.sandbox.policy import Policy

SANDBOX_EXEC = "/usr/bin/sandbox-exec"
DEVICES = ("/dev/null", "/dev/zero", "/dev/tty", "/dev/dtracehelper", "/dev/ptmx")


@dataclass(frozen=True)
class Seatbelt:
    """The method; `level` is what it gives where it works."""

    name = "seatbelt"
    level: SandboxLevel = "nominal"
    leaves_orphan = False
    install = "sandbox-exec is part of macOS"

    @contextmanager
    def launch(self, argv: Sequence[str], policy: Policy) -> Generator[Launch]:
        """How to start `argv`. Raises OSError where that cannot be."""
        if not Path(SANDBOX_EXEC).exists():
            raise FileNotFoundError(f"{SANDBOX_EXEC} is missing")
        text, parameters = profile(policy)
        given = [word for name, value in parameters.items() for word in ("-D", f"{name}={value}")]
        yield Launch(
            (SANDBOX_EXEC, "-p", text, *given, "--", *argv), environ={"TMPDIR": str(policy.temporary)}
        )


def profile(policy: Policy) -> tuple[str, dict[str, str]]:
    """The profile, and the paths its parameters stand for: no path is ever part of the program text.

    What is protected is an exception of the rule that allows, not a rule of its own: among rules the last wins.
    """
    parameters: dict[str, str] = {}

    def named(kind: str, paths: Iterable[Path]) -> list[str]:
        names = [f"{kind}_{number}" for number, _ in enumerate(paths)]
        parameters.update({name: str(path) for name, path in zip(names, paths, strict=True)})
        return names

    protected = named("PROTECTED", policy.protected)
    writable = named("WRITABLE", (*policy.writable, policy.temporary))
    masked = named("MASKED", policy.masked)
    but = " ".join(
        f'(require-not (literal (param "{name}"))) (require-not (subpath (param "{name}")))'
        for name in protected
    )
    opened = {
        name: f'(require-all (subpath (param "{name}")) {but})' if but else f'(subpath (param "{name}"))'
        for name in writable
    }
    devices = [f'(literal "{path}")' for path in DEVICES] + ['(regex #"^/dev/ttys[0-9]+$")']
    lines = ["(version 1)", "(allow default)"]
    if not policy.network:
        lines.append("(deny network*)")
    elif not policy.local_sockets:
        lines.append("(deny network-outbound (remote unix-socket))")
    if policy.local_sockets:
        lines.append("(allow network* (remote unix-socket) (local unix-socket))")
    if policy.network:
        lines.append('(allow network-outbound (literal "/private/var/run/mDNSResponder"))')
    lines += ["(deny file-write*)", f"(allow file-write* {' '.join((*opened.values(), *devices))})"]
    if masked:
        places = " ".join(f'(subpath (param "{name}"))' for name in masked)
        lines.append(f"(deny file-read* file-write* {places})")
        inside = _inside_masked(policy, parameters)
        if inside:
            readable = " ".join(f'(subpath (param "{name}"))' for name in inside)
            lines.append(f"(allow file-read* {readable})")
            lines.append(f"(allow file-write* {' '.join(opened[name] for name in inside)})")
    lines += ["(deny signal)", "(allow signal (target same-sandbox))"]
    return "\n".join(lines) + "\n", parameters


def _inside_masked(policy: Policy, parameters: dict[str, str]) -> list[str]:
    """Of what is opened for writing, what lies in a masked folder: it was opened on purpose."""
    return [
        name
        for name, path in parameters.items()
        if name.startswith("WRITABLE") and any(Path(path).is_relative_to(each) for each in policy.masked)
    ]
