import base64
import os
from pathlib import Path

import pytest

from mogplex_cli.cockpit import clipboard
from mogplex_cli.cockpit.clipboard import LARGEST_BYTES, to_clipboard

ANYWHERE = {"TERM": "xterm-256color"}


async def written(text: str, environ: dict[str, str]) -> tuple[str, str | None]:
    out: list[str] = []
    said = await to_clipboard(text, out.append, environ)
    return "".join(out), said


@pytest.mark.anyio
async def test_the_terminal_is_asked_to_take_it() -> None:
    out, said = await written("naïve\x07", ANYWHERE)
    assert out.startswith("\x1b]52;c;") and out.endswith("\a")
    assert base64.b64decode(out[7:-1]).decode() == "naïve\x07"
    assert said is not None and "Y writes a file" in said


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("text", "environ"),
    [("a" * (LARGEST_BYTES + 1), ANYWHERE), ("a", {"TERM": "linux"}), ("a", {"TERM": "dumb"})],
)
async def test_where_it_cannot_be_nothing_is_written(text: str, environ: dict[str, str]) -> None:
    assert await written(text, environ) == ("", None)


@pytest.mark.anyio
async def test_tmux_is_given_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "tmux"
    stand_in.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/got\n')
    stand_in.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(clipboard, "TMUX_SECONDS", 60.0)
    out, said = await written("words", {**ANYWHERE, "TMUX": "/tmp/tmux-1/default,1,0"})
    assert (out, said) == ("", "to tmux and the clipboard")
    assert (tmp_path / "got").read_text() == "words"
    assert (tmp_path / "asked").read_text() == "load-buffer -w -\n"


@pytest.mark.anyio
async def test_a_tmux_that_refuses_leaves_it_to_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "tmux"
    stand_in.write_text("#!/bin/sh\nexit 1\n")
    stand_in.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    out, _ = await written("words", {**ANYWHERE, "TMUX": "1"})
    assert out.startswith("\x1b]52;c;")
