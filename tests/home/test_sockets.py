import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from mogplex_daemon.home.sockets import MAX_SOCKET_PATH_BYTES, socket_path


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Not below tmp_path: a socket's path must be short.
    root = Path(tempfile.mkdtemp(dir="/tmp"))
    folder = root / "run"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(root)


def of_length(folder: Path, size: int) -> Path:
    return folder / ("s" * (size - len(os.fsencode(folder)) - 1))


def test_a_path_that_fits_stays_where_it_is(runtime: Path):
    wanted = of_length(Path("/tmp"), MAX_SOCKET_PATH_BYTES)
    assert socket_path(wanted) == wanted
    assert not runtime.exists()


def test_a_longer_one_moves_to_a_private_folder_and_can_be_bound(runtime: Path):
    chosen = socket_path(of_length(Path("/tmp"), MAX_SOCKET_PATH_BYTES + 1))
    assert chosen.parent == runtime / "mogplex"
    assert chosen.parent.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(chosen)) <= MAX_SOCKET_PATH_BYTES
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(chosen))


def test_everyone_who_wants_the_same_path_finds_the_same_one(runtime: Path):
    one, other = (Path("/tmp") / (name * 120) for name in "ab")
    assert socket_path(one) == socket_path(one)
    assert socket_path(one) != socket_path(other)


def test_length_is_counted_in_bytes(runtime: Path):
    wanted = Path("/tmp") / ("ä" * 60)
    assert len(str(wanted)) < MAX_SOCKET_PATH_BYTES
    assert socket_path(wanted) != wanted


def test_a_runtime_folder_with_a_long_name_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("r" * 100)))
    assert len(os.fsencode(socket_path(Path("/tmp") / ("s" * 120)))) <= MAX_SOCKET_PATH_BYTES


def test_a_runtime_folder_of_somebody_else_is_refused(runtime: Path):
    if os.getuid() != 0:
        pytest.skip("only root may give a folder away")
    runtime.mkdir(mode=0o700)
    (runtime / "mogplex").mkdir()
    os.chown(runtime / "mogplex", 65534, 65534)
    with pytest.raises(PermissionError, match="belongs to user 65534"):
        socket_path(Path("/tmp") / ("s" * 120))
