import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from mogplex_daemon.runs.lock import HostLock, LockTaken, is_held


@contextmanager
def looked_at(path: Path) -> Iterator[None]:
    """Somebody looks all the time."""
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            is_held(path)

    looker = threading.Thread(target=look)
    looker.start()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    over.set()
    sys.setswitchinterval(before)
    looker.join()


def test_who_only_looks_keeps_nobody_from_taking_it(tmp_path: Path):
    path = tmp_path / "host.lock"
    with looked_at(path), looked_at(path):
        for _ in range(500):
            HostLock(path).release()


def test_of_many_who_take_it_at_once_one_has_it(tmp_path: Path):
    path = tmp_path / "host.lock"
    begin = threading.Barrier(8)

    def take() -> HostLock | None:
        begin.wait()
        try:
            return HostLock(path)
        except LockTaken:
            return None

    with looked_at(path), ThreadPoolExecutor(8) as takers:
        for _ in range(30):
            (held,) = [lock for lock in takers.map(lambda _: take(), range(8)) if lock is not None]
            assert is_held(path)
            held.release()


def test_it_says_whose_it_is_until_it_is_let_go(tmp_path: Path):
    path = tmp_path / "host.lock"
    assert not is_held(path)
    lock = HostLock(path)
    assert path.read_text() == f"{os.getpid()}\n"
    assert is_held(path)
    with pytest.raises(LockTaken, match="held by another process"):
        HostLock(path)
    lock.release()
    assert not is_held(path)
