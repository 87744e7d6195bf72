import subprocess
from pathlib import Path

import pytest

from mogplex_daemon.runhost.sandbox.git_guard import PLAIN_CONFIG, look, mend, plain_config

PROGRAM = b"#!/bin/sh\ntouch /tmp/out\n"


def repository(folder: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def test_a_new_plain_repository_is_left_as_it_is(tmp_path: Path) -> None:
    before = look(tmp_path)
    repository(tmp_path)
    config = (tmp_path / ".git/config").read_bytes()
    assert mend(tmp_path, before, protected=True) == []
    assert (tmp_path / ".git/config").read_bytes() == config


def test_a_new_repository_with_a_hook_loses_the_hook_and_nothing_else(tmp_path: Path) -> None:
    before = look(tmp_path)
    repository(tmp_path)
    (tmp_path / ".git/hooks/post-checkout").write_bytes(PROGRAM)
    (said,) = mend(tmp_path, before, protected=True)
    assert "post-checkout.not-trusted" in said
    assert not (tmp_path / ".git/hooks/post-checkout").exists()
    assert (tmp_path / ".git/hooks/post-checkout.not-trusted").read_bytes() == PROGRAM


@pytest.mark.parametrize(
    "lines", ["[core]\n\tfsmonitor = evil\n", '[filter "x"]\n\tclean = evil\n', "[include]\n\tpath = x\n"]
)
def test_a_new_repository_whose_config_names_programs_gets_a_plain_one(tmp_path: Path, lines: str) -> None:
    before = look(tmp_path)
    repository(tmp_path)
    with (tmp_path / ".git/config").open("a") as file:
        file.write(lines)
    (said,) = mend(tmp_path, before, protected=True)
    assert "config.not-trusted" in said
    assert (tmp_path / ".git/config").read_bytes() == PLAIN_CONFIG
    subprocess.run(["git", "status"], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("kind", ["file", "symlink"])
def test_a_new_git_entry_that_leads_elsewhere_is_renamed(tmp_path: Path, kind: str) -> None:
    work = tmp_path / "work"
    work.mkdir()
    other = repository(tmp_path / "other") / ".git"
    before = look(work)
    if kind == "file":
        (work / ".git").write_text(f"gitdir: {other}\n")
    else:
        (work / ".git").symlink_to(other)
    (said,) = mend(work, before, protected=True)
    assert ".git.not-trusted" in said
    assert not (work / ".git").exists()


def test_what_a_protecting_sandbox_cannot_have_changed_is_left_to_whoever_did(tmp_path: Path) -> None:
    before = look(repository(tmp_path))
    subprocess.run(["git", "config", "core.fsmonitor", "mine"], cwd=tmp_path, check=True)
    assert mend(tmp_path, before, protected=True) == []
    assert b"mine" in (tmp_path / ".git/config").read_bytes()


def test_without_protection_changes_of_a_repository_are_taken_back_and_kept_aside(tmp_path: Path) -> None:
    git = repository(tmp_path) / ".git"
    (git / "hooks/pre-push").write_bytes(b"mine")
    (git / "hooks/pre-commit").symlink_to("pre-push")
    before, config = look(tmp_path), (git / "config").read_bytes()
    (git / "config").write_bytes(config + b"[core]\n\tfsmonitor = evil\n")
    (git / "hooks/pre-push").write_bytes(PROGRAM)
    (git / "hooks/post-merge").write_bytes(PROGRAM)
    assert len(mend(tmp_path, before, protected=False)) == 3
    assert (git / "config").read_bytes() == config
    assert (git / "hooks/pre-push").read_bytes() == b"mine"
    assert (git / "hooks/pre-commit").is_symlink()
    assert not (git / "hooks/post-merge").exists()
    assert (git / "config.not-trusted").read_bytes().endswith(b"fsmonitor = evil\n")
    assert mend(tmp_path, before, protected=False) == []


def test_a_repository_that_was_moved_away_is_told_and_not_made_up(tmp_path: Path) -> None:
    before = look(repository(tmp_path))
    (tmp_path / ".git").rename(tmp_path / ".g2")
    (said,) = mend(tmp_path, before, protected=False)
    assert "gone" in said
    assert not (tmp_path / ".git").exists()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("[core]\n\tbare = false\n[user]\n\tname = Ada\n", True),
        ('[remote "origin"]\n\turl = https://x/y\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n', True),
        ('[remote "origin"]\n\tuploadpack = evil\n', False),
        ("[core] fsmonitor = evil\n", False),
        ("[core]\n\teol = a\\\n", False),
        ("[alias]\n\tx = !evil\n", False),
        ("bare = false\n", False),
        ("", True),
    ],
)
def test_a_plain_config_names_no_program(text: str, plain: bool) -> None:
    assert plain_config(text) is plain
