import os

import anyio
import pytest

from mogplex_cli.composer_history import MAX_BYTES, ComposerHistory, append_line, load_history
from mogplex_cli.store.history import CHARACTERS, LINES, with_line
from mogplex_daemon.home.redaction import Redactor


def test_lines_come_back_with_their_breaks_and_are_private(tmp_path):
    path = tmp_path / "state/history.jsonl"
    for line in ("one", "two\nlines", "two\nlines", "ünï"):
        append_line(path, line)
    assert load_history(path) == ("one", "two\nlines", "ünï")
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_read_is_passed_over(tmp_path):
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'"one"\n{"no": 1}\n\xff\xfe\n"half')
    assert load_history(path) == ("one",)
    assert load_history(tmp_path / "none") == () and load_history(tmp_path) == ()


def test_a_file_that_grew_too_big_is_cut_to_its_newest_lines(tmp_path):
    path = tmp_path / "history.jsonl"
    with path.open("w") as file:
        for number in range(MAX_BYTES // 100 + 2000):
            file.write(f'"{number:0>96}"\n')
    newest = f"{MAX_BYTES // 100 + 1999:0>96}"
    assert load_history(path)[-1] == newest
    assert path.stat().st_size < MAX_BYTES
    assert load_history(path)[-1] == newest and len(load_history(path)) == LINES


def test_the_history_is_bounded_in_lines_and_characters():
    history = ()
    for number in range(LINES + 10):
        history = with_line(history, str(number))
    assert len(history) == LINES and history[-1] == str(LINES + 9)
    big = "x" * (CHARACTERS // 2 + 1)
    assert with_line(with_line(history, big), big + "y") == (big + "y",)
    assert with_line(("a",), "z" * CHARACTERS * 2) == ("z" * CHARACTERS * 2,)
    assert with_line(("a", "b"), "b") == ("a", "b")


@pytest.mark.anyio
async def test_sessions_side_by_side_lose_nothing_and_keep_no_secret(tmp_path):
    path = tmp_path / "history.jsonl"
    append_line(path, "before")
    async with anyio.create_task_group() as tasks:
        for name in ("a", "b"):
            history = ComposerHistory(path, Redactor({"hunter2-secret"}).text)
            lines = await history.load()
            tasks.start_soon(history.keep)
            history.sent(lines)
            history.sent((*lines, f"{name} says hunter2-secret"))
        with anyio.fail_after(60):
            while len(load_history(path)) < 3:
                await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    assert load_history(path) == ("before", "a says [redacted]", "b says [redacted]") or load_history(path) == (
        "before", "b says [redacted]", "a says [redacted]",
    )  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    tmp_path.chmod(0o500)
    append_line(tmp_path / "history.jsonl", "x")
    assert load_history(tmp_path / "history.jsonl") == ()
