"""Run inside the sandbox by the tests: tries to get out. One line a check on stdout, `ok NAME` or `no NAME: why`.

Standard library alone, so that any Python of the machine can run it: `python3 -I -S inside.py JSON`.
"""

import contextlib
import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

GIVEN = json.loads(sys.argv[1])
WORKSPACE, TEMPORARY, OUTSIDE = Path(GIVEN["workspace"]), Path(GIVEN["temporary"]), Path(GIVEN["outside"])
VICTIM = OUTSIDE / "existing"
PORT, HOST_PID, SECRET, GIT = GIVEN["port"], GIVEN["pid"], Path(GIVEN["secret"]), WORKSPACE / ".git"
CLONE_NEWUSER, PTRACE_ATTACH = 0x10000000, 16
libc = ctypes.CDLL(None, use_errno=True)


def write(path: Path) -> None:
    path.write_text("x")


def shell(command: str) -> None:
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=WORKSPACE)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-200:])


def call(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def rename_inside() -> None:
    (WORKSPACE / "d/e").mkdir(parents=True)
    write(WORKSPACE / "d/x")
    (WORKSPACE / "d/x").replace(WORKSPACE / "d/e/y")


def through_a_symlink() -> None:
    (WORKSPACE / "link").symlink_to(VICTIM)
    write(WORKSPACE / "link")


def through_a_hardlink() -> None:
    (WORKSPACE / "hard").hardlink_to(VICTIM)
    write(WORKSPACE / "hard")


def connect(family: int, kind: int, address: object) -> None:
    with socket.socket(family, kind) as connection:
        connection.settimeout(2)
        connection.connect(address)


def datagram_to_host() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"out", ("127.0.0.1", PORT))
    # The datagram may have gone nowhere: the host says whether it heard it.


def port_of_the_host() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
    if str(Path("/proc/self/ns/net").readlink()) != GIVEN["network"]:
        raise OSError(errno.EPERM, "a port of a network of its own")


def datagram_by_a_pair() -> None:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"out", str(OUTSIDE / "datagrams"))


def secret() -> None:
    if SECRET.read_text().strip() != GIVEN["word"]:
        raise OSError(errno.ENOENT, "there is something else")


def read_memory_of_host() -> None:
    Path(f"/proc/{HOST_PID}/environ").read_bytes()
    call(libc.ptrace(PTRACE_ATTACH, HOST_PID, 0, 0))


def clone() -> None:
    number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
    pid = libc.syscall(number, CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    call(pid)


def move_git() -> None:
    GIT.rename(WORKSPACE / ".g2")


def plant_hook() -> None:
    write(GIT / "hooks/pre-commit")


def change_config() -> None:
    with (GIT / "config").open("a") as file:
        file.write("[core]\n\tfsmonitor = touch /tmp/x\n")


MAY: dict[str, Callable[[], object]] = {
    "write in the workspace": lambda: write(WORKSPACE / "f"),
    "make a folder and rename into it": rename_inside,
    "write in the temporary folder": lambda: write(TEMPORARY / "f"),
    "write to /dev/null": lambda: write(Path("/dev/null")),
    "read /etc/passwd": lambda: Path("/etc/passwd").read_text(),
    "a pair of sockets": socket.socketpair,
    "git commit": lambda: shell("git add f && git -c user.name=a -c user.email=a@b commit -q -m x"),
    "git init below": lambda: shell(
        "git init -q g && cd g && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x"
    ),
    "a process and a pipe": lambda: shell(
        'python3 -I -S -c \'import subprocess; subprocess.check_output(["ls", "/"])\' | cat'
    ),
    "a pseudo-terminal": os.openpty,
}
MAY_NOT: dict[str, Callable[[], object]] = {
    "write outside": lambda: write(OUTSIDE / "f"),
    "overwrite a file outside": lambda: write(VICTIM),
    "empty a file outside": lambda: os.truncate(VICTIM, 0),
    "remove a file outside": VICTIM.unlink,
    "write through a symlink": through_a_symlink,
    "write through a hard link": through_a_hardlink,
    "rename out of the workspace": lambda: (WORKSPACE / "f").rename(OUTSIDE / "moved"),
    "change a mode outside": lambda: VICTIM.chmod(0o600),
    "change a time outside": lambda: os.utime(VICTIM),
    "change an attribute outside": lambda: os.setxattr(VICTIM, "user.x", b"1"),
    "connect to the host": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", PORT)),
    "take a port of the host": port_of_the_host,
    "connect to a socket file": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, str(OUTSIDE / "socket")),
    "connect to an abstract socket": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, GIVEN["abstract"]),
    "send a datagram by a pair": datagram_by_a_pair,
    "signal a process of the host": lambda: os.kill(HOST_PID, 0),
    "look into a process of the host": read_memory_of_host,
    "make a namespace": lambda: call(libc.unshare(CLONE_NEWUSER)),
    "make a namespace by clone": clone,
    "mount": lambda: call(libc.mount(b"none", str(TEMPORARY).encode(), b"tmpfs", 0, None)),
    "make a block device": lambda: os.mknod(WORKSPACE / "disk", 0o60600, os.makedev(1, 0)),
    "read a credential": secret,
    "plant a hook": plant_hook,
    "change the config of git": change_config,
    "put the repository out of the way": move_git,
}
"""Whether the host hears a datagram is checked from outside; `datagram_to_host` only sends it."""


def main() -> None:
    with contextlib.suppress(OSError):
        datagram_to_host()
    for expected, checks in ((True, MAY), (False, MAY_NOT)):
        for name, check in checks.items():
            try:
                check()
                why = ""
            except (OSError, RuntimeError) as error:
                why = f"{type(error).__name__}: {error}"
            good = (not why) == expected
            print(f"{'ok' if good else 'no'} {name}: {why or 'done'}", flush=True)


main()
