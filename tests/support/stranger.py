"""Somebody else on this machine: a process of another user that tries to talk to a socket of ours."""

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import anyio
import pytest

NOBODY = 65534
LOCK = Path(tempfile.gettempdir()) / "mogplex-tests-stranger.lock"
"""Held while folders are open to anyone: tests share some of them, and who shuts them would shut out the other's."""

PROGRAM = """
import contextlib, os, socket, sys
os.setgroups([]), os.setgid(65534), os.setuid(65534)
with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(30)
    connection.connect(sys.argv[1])
    heard = b""
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(b'{"type":"hello","protocol":{"min":1,"max":1},"client_id":"cli_x"}\\n')
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1000):
            heard += piece
    print(os.getuid(), "heard", heard.decode() or "nothing", end="")
"""


def needs_root() -> None:
    """Skip the test where nobody can be become."""
    if os.getuid() != 0:
        pytest.skip("a second user is needed, and only root can become one; CI runs this as root")


async def what_a_stranger_hears(socket: Path, *, loosen: bool = True) -> str:
    """What a process of user 65534 is told on `socket`; with `loosen`, file modes let it come that far."""
    with _reachable_by_anyone(socket) if loosen else nullcontext():
        done = await anyio.run_process(
            [sys.executable, "-c", PROGRAM, str(socket)], check=False, stderr=subprocess.STDOUT
        )
    return done.stdout.decode()


@contextmanager
def _reachable_by_anyone(path: Path) -> Iterator[None]:
    """With no file mode in the way: what refuses then is the check of the peer alone."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        modes = {each: each.stat().st_mode & 0o7777 for each in (path, *path.parents)}
        closed = {each: mode for each, mode in modes.items() if mode & 0o007 != 0o007}
        for each in closed:
            each.chmod(closed[each] | (0o007 if each == path else 0o001))
        try:
            yield
        finally:
            for each, mode in closed.items():
                each.chmod(mode)
