"""The sandbox of Linux machines with bubblewrap: a file system, processes and a network of its own, and seccomp."""

import os
import platform
import shutil
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mogplex_contracts.vocabulary import SandboxLevel
from mogplex_daemon.runhost.sandbox.launch import Launch, memory_file, words
from mogplex_daemon.runhost.sandbox.policy import SYSTEM_TEMPORARY, Policy
from mogplex_daemon.runhost.sandbox.seccomp import filter_program, socket_families

RESOLVER = Path("/etc/resolv.conf")
NIXOS_PROGRAMS = "/run/current-system"


@dataclass(frozen=True)
class Bubblewrap:
    """The method; `level` is what it gives where it works."""

    name = "bubblewrap"
    level: SandboxLevel = "nominal"
    leaves_orphan = True
    install = "install bubblewrap (apt, dnf, pacman, apk: bubblewrap)"

    @contextmanager
    def launch(self, argv: Sequence[str], policy: Policy) -> Generator[Launch]:
        """How to start `argv`. Raises OSError where that cannot be."""
        program = shutil.which("bwrap")
        if program is None:
            raise FileNotFoundError("bwrap is not installed")
        machine = platform.machine()
        try:
            filtered = filter_program(
                machine, socket_families(not policy.network, policy.network, policy.local_sockets)
            )
        except KeyError as error:
            raise OSError(f"no system call filter for {machine}") from error
        with memory_file(filtered) as descriptor:
            yield Launch(
                (program, *arguments(policy, descriptor), "--", *argv),
                (descriptor,),
                {"TMPDIR": str(SYSTEM_TEMPORARY)},
            )


def arguments(policy: Policy, seccomp_descriptor: int) -> tuple[str, ...]:
    """The arguments of bwrap before the command. Asks the disk where names and programs are; else pure."""
    options: list[object] = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    options += [each for mount in _mounts(policy) for each in mount]
    options += [each for path in _covers(policy) for each in ("--remount-ro", path)]
    options += ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"]
    if not policy.network:
        options += ["--unshare-net"]
    options += ["--cap-drop", "ALL", "--die-with-parent"]
    return words((*options, "--seccomp", seccomp_descriptor, "--chdir", policy.workspace))


def _mounts(policy: Policy) -> list[tuple[object, ...]]:
    """What lies over the read-only root, a folder before what is in it."""
    mounts: dict[Path, tuple[object, ...]] = {Path("/run"): ("--tmpfs", "/run")}
    mounts[SYSTEM_TEMPORARY] = ("--bind", policy.temporary, SYSTEM_TEMPORARY)
    for path in programs_in(SYSTEM_TEMPORARY):
        mounts[path] = ("--ro-bind", path, path)
    for path in policy.masked:
        mounts[path] = ("--tmpfs", path) if path.is_dir() else ("--ro-bind", os.devnull, path)
    for path in policy.writable:
        mounts[path] = ("--bind", path, path)
    for path in policy.protected:
        mounts[path] = ("--ro-bind", path, path)
    resolver = Path(os.path.realpath(RESOLVER))
    if policy.network and resolver.is_relative_to("/run") and resolver.exists():
        mounts[resolver] = ("--ro-bind", resolver, resolver)
    if Path(NIXOS_PROGRAMS).exists():
        mounts[Path(NIXOS_PROGRAMS)] = ("--ro-bind", NIXOS_PROGRAMS, NIXOS_PROGRAMS)
    return [mounts[path] for path in sorted(mounts, key=lambda path: len(path.parts))]


def _covers(policy: Policy) -> list[Path]:
    """The empty folders over what is masked, which must not take writes that would be lost."""
    return [path for path in policy.masked if path.is_dir() and path not in policy.writable]


def programs_in(folder: Path) -> list[Path]:
    """Below `folder`, what PATH leads to, with what stands beside it: an environment's `lib`, a `node_modules`."""
    found: list[Path] = []
    for entry in (f"{sys.prefix}/bin", *os.environ.get("PATH", "").split(os.pathsep)):
        path = Path(os.path.realpath(entry)) if entry else folder
        home = path.parent if path.name == "bin" else path
        if home != folder and home.is_relative_to(folder) and home.is_dir():
            found.append(home)
    return found
