import json
import os
import signal
import subprocess
from typing import Any

import pytest

from mogplex_daemon.runhost.tools import search
from mogplex_daemon.runhost.tools.search import WORKER, Findings, SearchArguments, scan
from tests.support.loop_time import let_an_hour_pass

pytestmark = pytest.mark.anyio


async def test_a_file_is_read_in_pieces(bench: Any) -> None:
    (bench.root / "f").write_text("".join(f"{n}\n" for n in range(1, 11)))
    assert (await bench.call("read_file", path="f")).text == "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"
    piece = await bench.call("read_file", path="f", offset=3, limit=2)
    assert piece.text == "3\n4\n[more follows; read on with offset=5]"
    assert (await bench.call("read_file", path="f", offset=9, limit=2)).text == "9\n10\n"
    assert (await bench.call("read_file", path="f", offset=11)).text == "[the file has only 10 lines]"
    assert {request.descriptor for request in bench.asked} == {"read:f"}


async def test_big_files_and_long_lines_are_bounded(bench: Any) -> None:
    (bench.root / "long").write_text("x" * 1_000_000)
    (bench.root / "big").write_text(("y" * 99 + "\n") * 10_000)
    long = (await bench.call("read_file", path="long")).text
    assert len(long) < 201_000
    assert long.endswith("[line 1 is cut after 200000 bytes; use run_command to see the rest]")
    big = (await bench.call("read_file", path="big", limit=10_000)).text
    assert big.endswith("[more follows; read on with offset=2001]")


async def test_reads_outside_are_put_to_the_gate_by_their_absolute_name(bench: Any) -> None:
    secret = bench.root.parent / "secret"
    secret.write_text("s")
    (bench.root / "link").symlink_to(secret)
    for path in ("link", "../secret", str(secret)):
        bench.asked.clear()
        assert (await bench.call("read_file", path=path)).text == "s"
        assert bench.descriptors == [f"read:{secret}"]


async def test_what_can_not_be_read_is_explained(bench: Any) -> None:
    (bench.root / "folder").mkdir()
    (bench.root / "bin").write_bytes(b"\x7fELF\0\0")
    (bench.root / "empty").write_text("")
    os.mkfifo(bench.root / "pipe")
    (bench.root / "loop").symlink_to("loop")
    for path, words in {
        "folder": "use list_files",
        ".": "use list_files",
        "bin": "binary file of 6 bytes",
        "gone": "No such file",
        "pipe": "not a regular file",
        "bin/x": "Not a directory",
        "loop": "symbolic links",
    }.items():
        result = await bench.call("read_file", path=path)
        assert (result.outcome, words in result.text) == ("error", True), result
    assert (await bench.call("read_file", path="empty")).text == "[the file is empty]"


def make_tree(bench: Any) -> None:
    for name, text in {
        ".gitignore": "*.log\n/build/\n",
        "a.py": "import os\n",
        "noise.log": "import log\n",
        "build/out.py": "import out\n",
        "sub/.gitignore": "!keep.log\nlocal\n",
        "sub/keep.log": "import keep\n",
        "sub/local/x.py": "import x\n",
        "sub/b.py": "x = 1\nimport b  # Import\n",
        "üml.txt": "u\n",
    }.items():
        path = bench.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (bench.root / "dead").symlink_to("/nowhere")


EXPECTED = [".gitignore", "a.py", "dead", "sub/.gitignore", "sub/b.py", "sub/keep.log", "üml.txt"]


def names(text: str) -> list[str]:
    return [line.split(" (")[0] for line in text.split("\n")]


@pytest.mark.parametrize("repository", [True, False])
async def test_ignored_files_are_left_out_with_and_without_git(bench: Any, repository: bool) -> None:
    make_tree(bench)
    if repository:
        subprocess.run(["git", "init", "-q", str(bench.root)], check=True)
        subprocess.run(["git", "-C", str(bench.root), "add", "a.py"], check=True)
    result = await bench.call("list_files")
    assert names(result.text) == EXPECTED
    assert "a.py (10 bytes)" in result.text
    assert "dead (symlink)" in result.text
    assert names((await bench.call("list_files", path="sub")).text) == [
        n for n in EXPECTED if n.startswith("sub/")
    ]
    assert names((await bench.call("list_files", path="sub/b.py")).text) == ["sub/b.py"]
    assert names((await bench.call("list_files", glob="*.py")).text) == ["a.py", "sub/b.py"]
    assert (await bench.call("list_files", glob="*.rs")).text == "[no files]"


async def test_a_deleted_but_tracked_file_is_not_listed(bench: Any) -> None:
    make_tree(bench)
    subprocess.run(["git", "init", "-q", str(bench.root)], check=True)
    subprocess.run(["git", "-C", str(bench.root), "add", "-A"], check=True)
    (bench.root / "a.py").unlink()
    assert "a.py" not in names((await bench.call("list_files")).text)


async def test_a_program_named_by_the_repository_is_not_started(bench: Any) -> None:
    subprocess.run(["git", "init", "-q", str(bench.root)], check=True)
    spy = bench.root / "spy"
    spy.write_text(f"#!/bin/sh\ntouch {bench.root.parent}/ran\n")
    spy.chmod(0o755)
    subprocess.run(["git", "-C", str(bench.root), "config", "core.fsmonitor", str(spy)], check=True)
    assert names((await bench.call("list_files")).text) == ["spy"]
    assert not (bench.root.parent / "ran").exists()


async def test_lists_are_bounded_and_stay_inside(bench: Any) -> None:
    make_tree(bench)
    text = (await bench.call("list_files", limit=2)).text
    assert text.endswith("[2 of 7 files; narrow it with path or glob, or raise limit]")
    for name in ("list_files", "search"):
        result = await bench.call(name, path="..", **({"pattern": "x"} if name == "search" else {}))
        assert (result.outcome, "outside the workspace" in result.text) == ("error", True)
        missing = await bench.call(name, path="gone", **({"pattern": "x"} if name == "search" else {}))
        assert missing.text == "gone: no such file or folder"


async def test_matches_are_told_with_place_and_asked_for_by_file(bench: Any) -> None:
    make_tree(bench)
    (bench.root / "blob").write_bytes(b"import\0")
    result = await bench.call("search", pattern=r"^import \w")
    assert result.text == "a.py:1: import os\nsub/b.py:2: import b  # Import\nsub/keep.log:1: import keep"
    assert bench.descriptors == ["read:.", "read:a.py", "read:sub/b.py", "read:sub/keep.log"]


async def test_search_narrows_ignores_case_and_is_bounded(bench: Any) -> None:
    make_tree(bench)
    (bench.root / "long").write_text("z" * 5000 + "needle" + "z" * 5000)
    assert (await bench.call("search", pattern="IMPORT", ignore_case=True, path="sub/b.py")).text.startswith(
        "sub/b.py:2:"
    )
    assert (await bench.call("search", pattern="import", glob="*.txt")).text == "[no match in 1 files]"
    assert (await bench.call("search", pattern="import", limit=1)).text.endswith(
        "[more than 1 matches; narrow it with path or glob, or raise limit]"
    )
    found = (await bench.call("search", pattern="needle")).text
    assert "needle" in found
    assert len(found) < 400


async def test_an_invalid_expression_is_explained(bench: Any) -> None:
    result = await bench.call("search", pattern="(")
    assert (result.outcome, result.text.startswith("pattern: not a regular expression: missing )")) == (
        "error",
        True,
    )


class Found(list[tuple[str, int, str]]):
    def append(self, match: tuple[str, int, str]) -> None:
        super().append(match)
        let_an_hour_pass()


async def test_a_catastrophic_expression_is_stopped_and_what_was_found_is_kept(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "Findings", lambda: Findings(Found()))
    (bench.root / "a").write_text("aab\n")
    (bench.root / "b").write_text("a" * 50 + "c\n")
    arguments = SearchArguments(pattern="^(a+)+b?$|aab")
    findings = await scan(bench.root, ["a", "b"], arguments, seconds=600)
    assert (findings.matches, findings.summary) == ([("a", 1, "aab")], None)


def test_a_search_that_nobody_stops_ends_by_itself(bench: Any) -> None:
    (bench.root / "b").write_text("a" * 50 + "c\n")
    request = {
        "root": str(bench.root),
        "names": ["b"],
        "pattern": "^(a+)+b?$",
        "ignore_case": False,
        "limit": 1,
    }
    done = subprocess.run(
        WORKER, input=json.dumps({**request, "seconds": 1}).encode(), timeout=30, check=False
    )
    assert done.returncode == -signal.SIGALRM
