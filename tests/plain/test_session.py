import os
import subprocess
import sys
from pathlib import Path


def plain(home: Path, *words: str, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mogplex_cli", "--plain", *words],
        input=typed,
        capture_output=True,
        text=True,
        env={**os.environ, "MOGPLEX_HOME": str(home), **env},
        cwd=home,
        timeout=120,
        check=False,
    )


def test_a_daemon_that_cannot_be_asked_leaves_with_69(tmp_path: Path):
    done = plain(tmp_path, "--attach", "run_x", MOGPLEX_DAEMON_SOCKET=str(tmp_path / "no.sock"))
    assert done.returncode == 69
    assert "is not started by itself" in done.stdout


def test_a_run_that_could_not_begin_leaves_with_1(tmp_path: Path):
    done = plain(tmp_path, "--harness", "nope", "--task", "x", MOGPLEX_TRANSPORT="process")
    assert done.returncode == 1
    assert "there is no harness 'nope'" in done.stdout


def test_a_run_that_is_not_attached_to_is_told(tmp_path: Path):
    done = plain(tmp_path, "--harness", "demo", "--attach", "run_x", MOGPLEX_TRANSPORT="process")
    assert "run_x is not attached to: MOGPLEX_TRANSPORT=process" in done.stdout


def test_the_first_line_may_name_a_custom_command(tmp_path: Path):
    folder = tmp_path / ".agents/commands"
    folder.mkdir(parents=True)
    (folder / "ask.md").write_text("---\narguments:\n  - name: what\n    required: true\n---\nAsk $1.")
    done = plain(tmp_path, "--harness", "demo", typed="/ask\n", MOGPLEX_TRANSPORT="process")
    assert "/ask needs what" in done.stdout
