import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.settings import SandboxSettings
from mogplex_daemon.runhost.sandbox.bubblewrap import Bubblewrap
from mogplex_daemon.runhost.sandbox.choose import chosen_sandbox, full_access, told_level
from mogplex_daemon.runhost.sandbox.landlock import Landlock, readable
from mogplex_daemon.runhost.sandbox.level import find_sandbox
from mogplex_daemon.runhost.sandbox.policy import policy_now, sandbox_rules
from mogplex_daemon.runhost.workspace import Workspace


def rules(tmp_path: Path):
    (tmp_path / "tmp").mkdir()
    return sandbox_rules(tmp_path, tmp_path / "tmp", tmp_path / "home", {"HOME": str(tmp_path)})


def test_the_best_method_that_works_is_taken(tmp_path: Path) -> None:
    sandbox = find_sandbox(rules(tmp_path))
    assert (sandbox.level, sandbox.refused) == ("nominal", ())
    assert told_level(sandbox) == ""


def test_without_bubblewrap_the_sandbox_is_partial_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sandbox = find_sandbox(rules(tmp_path))
    assert sandbox.level == "partial"
    assert sandbox.refused == (
        "bubblewrap: bwrap is not installed; install bubblewrap (apt, dnf, pacman, apk: bubblewrap)",
    )
    assert "install bubblewrap" in told_level(sandbox)


def test_a_bubblewrap_that_cannot_make_namespaces_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sandbox = find_sandbox(rules(tmp_path))
    assert sandbox.level == "partial"
    assert "No permissions to create new namespace" in sandbox.refused[0]


def test_with_no_method_there_is_none_and_nothing_is_launched(tmp_path: Path) -> None:
    sandbox = find_sandbox(rules(tmp_path), ())
    assert sandbox.level == "off"
    assert "every command asks a person" in told_level(sandbox)
    with pytest.raises(OSError, match="no sandbox"), sandbox.launch(("true",)):
        pass


@pytest.mark.parametrize(
    ("chosen", "mode", "full"),
    [
        (None, "approval", False),
        (None, "auto", True),
        ("workspace-write", "auto", False),
        ("danger-full-access", "approval", True),
    ],
)
def test_the_permission_mode_chooses_unless_the_settings_do(chosen, mode, full: bool) -> None:
    assert full_access(SandboxSettings(mode=chosen), mode) is full


def test_full_access_has_no_sandbox(tmp_path: Path) -> None:
    assert (
        chosen_sandbox(
            SandboxSettings(mode="danger-full-access"),
            "approval",
            Workspace(tmp_path),
            Home(tmp_path),
            tmp_path,
            {},
        )
        is None
    )


def test_only_places_that_are_there_are_in_a_policy(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    work = tmp_path / "work"
    work.mkdir()
    found = policy_now(
        sandbox_rules(
            work, tmp_path, tmp_path / "none", {"HOME": str(tmp_path)}, writable=(str(tmp_path / "gone"), "x")
        )
    )
    assert found.writable == (work,)
    assert found.masked == (tmp_path / ".ssh",)


def test_landlock_opens_what_stands_beside_a_masked_place_and_not_the_place(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".config/gh").mkdir(parents=True)
    (tmp_path / ".config/vim").mkdir()
    opened = readable((tmp_path / ".ssh", tmp_path / ".config/gh"))
    assert tmp_path / ".config/vim" in opened
    assert not {tmp_path / ".ssh", tmp_path / ".config", tmp_path / ".config/gh", tmp_path} & set(opened)
    assert Path("/usr") in opened


def test_landlock_with_nothing_masked_opens_everything() -> None:
    assert Path("/etc") in readable(())


def test_the_level_can_be_asked_for_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mogplex_daemon.runhost.sandbox", str(tmp_path)],
        env={**os.environ, "MOGPLEX_HOME": str(tmp_path / "home")},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "level": "nominal",
        "method": "bubblewrap",
        "chosen": False,
        "refused": [],
    }


def test_methods_say_what_they_give() -> None:
    assert (Bubblewrap().level, Landlock().level) == ("nominal", "partial")
