import subprocess
from typing import Any

import anyio
import pytest

from mogplex_daemon.harness.base import Verdict
from tests.support.loop_time import let_an_hour_pass

pytestmark = pytest.mark.anyio

PATCH = """*** Begin Patch
*** Add File: new/a.txt
+hello
*** Update File: f
*** Move to: g
-old
+new
*** Delete File: gone
*** End Patch"""


@pytest.fixture
def files(bench: Any) -> Any:
    (bench.root / "f").write_text("old\n")
    (bench.root / "gone").write_text("bye\n")
    return bench


async def test_a_patch_is_proposed_asked_for_in_full_applied_and_reported(files: Any) -> None:
    result = await files.call("apply_patch", patch=PATCH)
    assert (result.outcome, result.text) == (
        "ok",
        "Applied:\nA new/a.txt +1 -0\nR f -> g +1 -1\nD gone +0 -1",
    )
    assert (files.root / "new/a.txt").read_text() == "hello\n"
    assert (files.root / "g").read_text() == "new\n"
    assert not (files.root / "gone").exists()
    (request,) = files.asked
    assert files.descriptors == ["write:new/a.txt", "write:g", "delete:f", "delete:gone"]
    assert (request.kind, request.target) == ("apply_patch", "new/a.txt, f -> g, gone")
    assert [
        line for line in request.detail.split("\n") if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ][:-1] == [
        "+hello",
        "-old",
        "+new",
        "-bye",
    ]
    proposed, applied, touched = files.reported
    assert proposed[:4] == ("patch_proposed", request.patch_id, "agt_1", "call_1")
    assert proposed[5] == request.detail
    assert (applied, touched) == (("patch_applied", request.patch_id, None), ("workspace_touched",))


async def test_the_diff_shown_does_what_the_patch_does(files: Any) -> None:
    files.deny()
    await files.call("apply_patch", patch=PATCH)
    diff = files.asked[0].detail
    subprocess.run(["git", "apply"], cwd=files.root, input=diff, text=True, check=True)
    assert (files.root / "new/a.txt").read_text() == "hello\n"
    assert (files.root / "g").read_text() == "new\n"
    assert not (files.root / "f").exists()
    assert not (files.root / "gone").exists()


async def test_only_the_kept_hunks_are_applied_and_the_agent_is_told_which_were_dropped(bench: Any) -> None:
    lines = [f"line {number}" for number in range(1, 31)]
    (bench.root / "f").write_text("\n".join(lines) + "\n")
    patch = "*** Begin Patch\n*** Update File: f\n"
    for number in (3, 15, 27):
        patch += f"@@\n-line {number}\n+LINE {number}\n"
    bench.verdict = Verdict("approved", "the last one later", kept_hunks=(1, 2))
    result = await bench.call("apply_patch", patch=patch + "*** End Patch")
    assert bench.asked[0].hunks == 3
    assert (bench.root / "f").read_text().splitlines() == [
        line.upper() if line in ("line 3", "line 15") else line for line in lines
    ]
    assert result.outcome == "ok"
    assert "A person dropped 1 of 3 hunks" in result.text
    assert "- f, lines 24 to 30\nthe last one later\nApplied:\nM f +2 -2" in result.text
    assert bench.reported[1][0::2] == ("patch_applied", (1, 2))


async def test_a_rejected_patch_is_reported_with_the_reason(files: Any) -> None:
    files.deny("wrong place")
    await files.call("apply_patch", patch=PATCH)
    patch_id = files.asked[0].patch_id
    kind, rejected_id, reason = files.reported[1]
    assert (kind, rejected_id) == ("patch_rejected", patch_id)
    assert "wrong place" in reason


async def test_drift_while_a_person_decides_is_refused(files: Any) -> None:
    files.while_asked = lambda: (files.root / "gone").write_text("changed\n")
    result = await files.call("apply_patch", patch=PATCH)
    assert (result.outcome, "gone: it changed since" in result.text) == ("error", True)
    assert [report[0] for report in files.reported] == ["patch_proposed", "patch_rejected"]
    assert sorted(path.name for path in files.root.iterdir()) == ["f", "gone"]


async def test_an_interrupted_approval_leaves_a_rejected_patch(files: Any) -> None:
    with anyio.CancelScope() as scope:

        async def gate(request: Any) -> Any:
            scope.cancel()
            await anyio.sleep_forever()

        tool = files.tools["apply_patch"]
        object.__setattr__(tool.services, "gate", gate)
        await files.call("apply_patch", patch=PATCH)
    assert [report[0] for report in files.reported] == ["patch_proposed", "patch_rejected"]
    assert (files.root / "f").read_text() == "old\n"


@pytest.mark.parametrize("path", ["../x", "/etc/x", ".git/hooks/pre-commit", "door/x", "link"])
async def test_patches_outside_or_through_symlinks_are_not_even_asked_for(files: Any, path: str) -> None:
    (files.root / "door").symlink_to(files.root.parent)
    (files.root / "link").symlink_to("f")
    result = await files.call(
        "apply_patch", patch=f"*** Begin Patch\n*** Add File: {path}\n+x\n*** End Patch"
    )
    assert result.outcome == "error"
    assert path in result.text
    assert (files.asked, files.reported) == ([], [])


async def test_one_file_under_two_names_is_seen_as_one(files: Any) -> None:
    (files.root / "sub").mkdir()
    (files.root / "alias").symlink_to("sub")
    patch = "*** Begin Patch\n*** Add File: sub/x\n+1\n*** Add File: alias/x\n+2\n*** End Patch"
    assert "sub/x: the patch names it twice" in (await files.call("apply_patch", patch=patch)).text


async def test_a_unified_diff_is_a_patch_too(files: Any) -> None:
    result = await files.call("apply_patch", patch="--- a/f\n+++ b/f\n@@ -1 +1 @@\n-old\n+new\n")
    assert result.outcome == "ok"
    assert (files.root / "f").read_text() == "new\n"


def test_the_action_of_a_patch_names_its_files(bench: Any) -> None:
    assert bench.tools["apply_patch"].action({"patch": PATCH}) == ("apply_patch", "new/a.txt, f, g, gone")


async def test_a_command_is_asked_for_to_the_letter_and_streams(bench: Any) -> None:
    result = await bench.call("run_command", command="echo hi; pwd; exit 4")
    assert (result.outcome, result.exit_code) == ("error", 4)
    assert result.text == f"hi\n{bench.root}\n[exit code 4]"
    assert "".join(bench.output) == f"hi\n{bench.root}\n"
    (request,) = bench.asked
    assert (request.kind, request.descriptor, request.detail) == (
        "run_command",
        "bash:echo hi; pwd; exit 4",
        "echo hi; pwd; exit 4",
    )
    assert bench.reported == [("workspace_touched",)]


class Heard(list[str]):
    def append(self, text: str) -> None:
        super().append(text)
        let_an_hour_pass()


async def test_a_command_that_works_is_ok_and_one_that_hangs_is_stopped(bench: Any) -> None:
    assert (await bench.call("run_command", command="true")).text == "[no output]\n[exit code 0]"
    bench.output = Heard()
    slow = await bench.call("run_command", command="echo a; sleep 1000", timeout=600)
    assert (slow.outcome, slow.exit_code) == ("error", None)
    assert slow.text.startswith("a\n[stopped after 600 s with everything it started")


async def test_a_command_that_can_not_start_is_explained(bench: Any) -> None:
    bench.root.rmdir()
    result = await bench.call("run_command", command="true")
    assert (result.outcome, "could not be started" in result.text) == ("error", True)


async def test_a_file_a_link_and_an_empty_folder_are_deleted(files: Any) -> None:
    (files.root / "link").symlink_to("f")
    (files.root / "empty").mkdir()
    for path, said in {"gone": "Deleted gone (4 bytes)", "link": "Deleted link (1 bytes)"}.items():
        assert (await files.call("delete_file", path=path)).text == said
    assert (await files.call("delete_file", path="empty")).text == "Deleted the empty folder empty"
    assert [path.name for path in files.root.iterdir()] == ["f"]
    assert [request.descriptor for request in files.asked] == ["delete:gone", "delete:link", "delete:empty"]


async def test_a_folder_is_deleted_only_as_it_was_shown(files: Any) -> None:
    (files.root / "d/sub/empty").mkdir(parents=True)
    (files.root / "d/sub/x").write_text("x")
    assert "set recursive" in (await files.call("delete_file", path="d")).text
    files.while_asked = lambda: (files.root / "d/late").write_text("!")
    changed = await files.call("delete_file", path="d", recursive=True)
    assert "it changed before it could be deleted" in changed.text
    assert files.descriptors == ["delete:d", "delete:d/sub/x", "delete:d/sub/empty"]
    files.while_asked = lambda: None
    assert (await files.call("delete_file", path="d", recursive=True)).outcome == "ok"
    assert not (files.root / "d").exists()


@pytest.mark.parametrize(
    "path", [".", "..", ".git", ".git/config", "vendor", "../other", "door/x", "nothing"]
)
async def test_deletions_that_must_not_be_are_refused(files: Any, path: str) -> None:
    (files.root / ".git").mkdir()
    (files.root / ".git/config").write_text("")
    (files.root / "vendor/.git").mkdir(parents=True)
    (files.root.parent / "x").write_text("")
    (files.root / "door").symlink_to(files.root.parent)
    result = await files.call("delete_file", path=path, recursive=True)
    assert (result.outcome, files.asked) == ("error", [])
    assert (files.root / "vendor/.git").is_dir()
    assert (files.root / ".git/config").exists()


async def test_memory_is_written_read_searched_and_listed(bench: Any) -> None:
    await bench.call("write_memory", key="review/auth", text="tokens expire")
    await bench.call("write_memory", key="review/auth", text="tokens never expire")
    await bench.call("write_memory", key="build", text="use make")
    first, second, _ = bench.asked
    assert (first.kind, first.descriptor, first.detail) == (
        "write_memory",
        "memory:review/auth",
        "tokens expire",
    )
    assert second.detail.startswith("tokens never expire\n\n[in place of, from ")
    assert second.detail.endswith("]\ntokens expire")
    assert bench.reported[0] == ("memory_written", "agt_1", "review/auth", "tokens expire")
    assert (await bench.memory.read("build")).run_id == "run_1"
    bench.asked.clear()
    bench.reported.clear()
    assert "tokens never expire" in (await bench.call("read_memory", key="review/auth")).text
    assert bench.descriptors == ["memory:review/auth"]
    assert bench.reported == [("memory_read", "agt_1", "review/auth", "tokens never expire")]
    bench.asked.clear()
    found = await bench.call("read_memory", query="MAKE use")
    assert found.text.endswith("use make")
    assert bench.descriptors == ["memory:**", "memory:build"]
    listed = (await bench.call("read_memory")).text
    assert [line.split(" ")[0] for line in listed.split("\n")] == ["build", "review/auth"]
    missing = await bench.call("read_memory", key="nope")
    assert (missing.outcome, "no such memory" in missing.text) == ("error", True)


@pytest.mark.parametrize("key", ["", "/a", "a/", "a b", "a*", "a\n", "x" * 201])
async def test_keys_that_rules_could_not_match_are_refused(bench: Any, key: str) -> None:
    result = await bench.call("write_memory", key=key, text="t")
    assert (result.outcome, "- key: " in result.text, bench.asked) == ("error", True, [])


async def test_a_damaged_memory_is_a_result(bench: Any) -> None:
    bench.memory.path.parent.mkdir()
    bench.memory.path.write_bytes(b"garbage" * 200)
    result = await bench.call("write_memory", key="k", text="t")
    assert (result.outcome, "Move it aside" in result.text) == ("error", True)
