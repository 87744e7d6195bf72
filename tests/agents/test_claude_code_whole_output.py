from pathlib import Path
from typing import Any

import pytest

from mogplex_daemon.harness.claude_code.whole_output import with_whole_outputs

pytestmark = pytest.mark.anyio


def told(path: Path | str) -> dict[str, Any]:
    said = f"Output too large (1KB). Full output saved to: {path}\n\nPreview:\n1\n"
    block = {"type": "tool_result", "content": f"<persisted-output>\n{said}</persisted-output>"}
    return {"type": "user", "message": {"content": [block]}}


def output(message: dict[str, Any]) -> str:
    return message["message"]["content"][0]["content"]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "agent" / "tool-results"
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text("one\ntwo\n")
    return folder / "x.txt"


async def test_an_output_that_was_kept_is_whole(kept: Path):
    assert output(await with_whole_outputs(told(kept), kept.parents[1])) == "one\ntwo\n"


async def test_no_other_file_is_read_whoever_names_it(kept: Path, tmp_path: Path):
    folder = kept.parents[1]
    secret = tmp_path / "tool-results" / "secret"
    secret.parent.mkdir()
    secret.write_text("secret")
    (folder / "beside").write_text("secret")
    (kept.parent / "link").symlink_to(secret)
    for path in (
        secret,
        folder / "beside",
        kept.parent / "link",
        kept.parent / "gone",
        "/etc/passwd",
        "a\0b",
    ):
        message = told(path)
        assert await with_whole_outputs(message, folder) == message


async def test_other_messages_stay_as_they_are(tmp_path: Path):
    for content in ("text", None, 3, [], [{"type": "tool_result", "content": [1]}], [None]):
        message = {"type": "user", "message": {"content": content}}
        assert await with_whole_outputs(message, tmp_path) == message
