import os
import subprocess
import sys
from pathlib import Path

import pytest

SHORT = (
    ("mogplex_cli", "--version"),
    ("mogplex_cli", "doctor"),
    ("mogplex_cli", "approvals", "--help"),
    ("mogplex_daemon", "runs"),
)


def run(home: Path, words: tuple[str, ...], stdout: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MOGPLEX_HOME": str(home)},
        cwd=home,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", SHORT, ids=" ".join)
def test_a_reader_that_leaves_early_is_nothing_to_speak_of(tmp_path: Path, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(tmp_path, words, writer).stderr == ""
    finally:
        os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("words", SHORT, ids=" ".join)
def test_a_full_disk_is_told_in_a_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = run(tmp_path, words, full)
    finally:
        os.close(full)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize("words", [("--plain",), ("doctor",)], ids=" ".join)
def test_a_folder_that_is_gone_is_told_in_a_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    begin = f"import os; os.rmdir({str(gone)!r}); from mogplex_cli.main import main; main({list(words)!r})"
    done = subprocess.run(
        [sys.executable, "-c", begin],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "MOGPLEX_HOME": str(tmp_path)},
        cwd=gone,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is gone" in done.stderr


@pytest.mark.parametrize("words", [("--bogus",), ("run",), ("--events=xml",), ("--observe",)], ids=" ".join)
def test_a_command_line_that_makes_no_sense_leaves_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path, ("mogplex_cli", *words), subprocess.DEVNULL)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
