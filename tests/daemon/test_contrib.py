"""The service files: understood by those who read them, and what they start is a daemon that lets runs go on."""

import configparser
import plistlib
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mogplex_contracts.events.approval import ApprovalRequested
from tests.support.house import House, attach, kill

CONTRIB = Path(__file__).parents[2] / "contrib"
UNIT = CONTRIB / "mogplex-daemon.service"
PLIST = CONTRIB / "com.mogplex.daemon.plist"


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string(UNIT.read_text())
    return parser


def test_the_systemd_unit_starts_the_daemon_and_spares_its_runs():
    service = unit()["Service"]
    assert shlex.split(service["ExecStart"]) == ["%h/.local/bin/mogplex-daemon", "serve"]
    assert (service["Type"], service["Restart"], service["KillMode"]) == ("simple", "on-failure", "process")
    assert unit()["Install"]["WantedBy"] == "default.target"


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    program = tmp_path / "mogplex-daemon"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("%h/.local/bin/mogplex-daemon", str(program)))
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(copy)],
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert copy.name not in done.stdout + done.stderr, done.stderr


def test_the_launchd_job_starts_the_daemon_and_spares_its_runs():
    job = plistlib.loads(PLIST.read_bytes())
    assert job["Label"] == PLIST.stem
    shell, flag, line = job["ProgramArguments"]
    assert (shell, flag, shlex.split(line)[-1]) == ("/bin/sh", "-lc", "serve")
    assert subprocess.run(["/bin/sh", "-n", "-c", line], check=False).returncode == 0
    assert job["KeepAlive"] == {"SuccessfulExit": False}
    assert job["AbandonProcessGroup"] is True
    assert oct(job["Umask"]) == "0o77"


@pytest.mark.anyio
async def test_a_service_that_is_restarted_finds_its_runs_again_and_says_so_by_its_exit_status(house: House):
    house.start()
    async with house.client() as client:
        run_id = await house.start_run(client)
    (first,) = house.children
    kill(first.pid, signal.SIGTERM)
    assert first.wait() == 0, "an end on purpose is no failure to be mended"
    house.start()
    async with house.client() as client:
        await client.send(attach(run_id, after_seq=0))
        await client.until(ApprovalRequested)
    cannot = subprocess.run(
        [sys.executable, "-P", "-m", "mogplex_daemon", "serve"],
        env={**house.env, "MOGPLEX_HOME": "/dev/null/home"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert cannot.returncode == 73
    assert "mogplex-daemon: cannot use" in cannot.stderr and "Traceback" not in cannot.stderr
