import json
import os
from pathlib import Path
from typing import Any

import pytest

from mogplex_daemon.home.redaction import MARK, Redactor
from mogplex_daemon.home.session_log import open_session_log
from tests.support.full_disk import fill, small_disk

SECRET = "correct horse battery"
TOKEN = "ghp_" + "aB3" * 12


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "logs" / "ses_1.jsonl"


def test_each_line_is_json_with_its_time_level_and_facts(path: Path):
    log = open_session_log(path, Redactor(), session_id="ses_1")
    log.info("opened", transport="process")
    log.error("failed", code=3)
    first, second = lines_of(path)
    assert (first["event"], first["level"], first["transport"], first["session_id"]) == (
        "opened", "info", "process", "ses_1",
    )  # fmt: skip
    assert first["ts"].endswith("Z")
    assert (second["level"], second["code"]) == ("error", 3)


def test_the_file_and_its_folders_are_private_whatever_the_umask(path: Path):
    before = os.umask(0)
    try:
        open_session_log(path, Redactor()).info("opened")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_secrets_are_taken_out(path: Path):
    log = open_session_log(path, Redactor([SECRET]), note=SECRET)
    log.info("told", said=f"it is {SECRET}", request={"api_key": "hunter2", "n": 12345678}, token=TOKEN)
    (line,) = lines_of(path)
    assert line["said"] == f"it is {MARK}"
    assert line["request"] == {"api_key": MARK, "n": 12345678}
    assert (line["token"], line["note"]) == (MARK, MARK)
    assert SECRET not in path.read_text()


def test_a_traceback_is_kept_without_its_secrets(path: Path):
    log = open_session_log(path, Redactor([SECRET]))
    try:
        raise ValueError(f"bad key {SECRET} {TOKEN}")
    except ValueError:
        log.exception("crashed")
    (line,) = lines_of(path)
    assert "Traceback" in line["exception"]
    assert f"ValueError: bad key {MARK} {MARK}" in line["exception"]
    assert SECRET not in path.read_text()
    assert TOKEN not in path.read_text()


def test_what_is_no_json_is_written_as_text(path: Path):
    log = open_session_log(path, Redactor())
    log.info("odd", where=Path("/a/b"), half="\ud800", raw=b"\xff")
    (line,) = lines_of(path)
    assert line["where"] == "/a/b"


def test_lines_are_appended_to_what_is_there(path: Path):
    open_session_log(path, Redactor()).info("first")
    open_session_log(path, Redactor()).info("second")
    assert [line["event"] for line in lines_of(path)] == ["first", "second"]


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(tmp_path: Path):
    (tmp_path / "logs").write_text("a file where the folder should be")
    log = open_session_log(tmp_path / "logs" / "ses_1.jsonl", Redactor())
    log.info("nobody hears this")
    assert (tmp_path / "logs").read_text() == "a file where the folder should be"


def test_a_full_disk_loses_lines_and_nothing_else(tmp_path: Path):
    with small_disk(tmp_path / "disk", 64) as disk:
        path = disk / "ses_1.jsonl"
        log = open_session_log(path, Redactor())
        log.info("before")
        ballast = fill(disk)
        log.info("lost", text="x" * 10_000)
        ballast.unlink()
        log.info("after")
        told = path.read_text().splitlines()
        assert json.loads(told[0])["event"] == "before"
        assert json.loads(told[-1])["event"] == "after"
