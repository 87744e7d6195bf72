import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_daemon.runhost.patch.apply import apply_plan
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.patch.plan import FileChange, PatchPlan
from mogplex_daemon.runhost.tools.apply_patch import plan_in
from mogplex_daemon.runhost.workspace import Workspace, WorkspaceRefusal

NOBODY = 65534


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of a user whom file permissions bind, which they do not bind root."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        yield folder
        os.seteuid(0)
    else:
        yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(root)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in root.rglob("*")
    }


def v4a(*lines: str) -> str:
    return "\n".join(("*** Begin Patch", *lines, "*** End Patch"))


def apply(workspace: Workspace, patch: str) -> None:
    apply_plan(workspace, plan_in(workspace, patch))


def test_all_kinds_of_change_are_written_and_nothing_else_stays(workspace: Workspace) -> None:
    root = workspace.root
    (root / "a").write_bytes(b"1\r\n2\r\n")
    (root / "m").write_text("m\n")
    (root / "d").write_text("d\n")
    apply(
        workspace,
        v4a(
            *("*** Update File: a", "-1", "+one"),
            *("*** Update File: m", "*** Move to: deep/er/m2", "-m", "+M"),
            "*** Delete File: d",
            *("*** Add File: new/file", "+n"),
        ),
    )
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert files == {"a": b"one\r\n2\r\n", "deep/er/m2": b"M\n", "new/file": b"n\n"}


def test_mode_bits_are_kept_also_when_moved(workspace: Workspace) -> None:
    for name in ("run", "go"):
        (workspace.root / name).write_text("x\n")
        (workspace.root / name).chmod(0o750)
    apply(workspace, v4a("*** Update File: run", "-x", "+y", "*** Update File: go", "*** Move to: gone"))
    assert stat.S_IMODE((workspace.root / "run").stat().st_mode) == 0o750
    assert stat.S_IMODE((workspace.root / "gone").stat().st_mode) == 0o750


def test_drift_is_refused_and_nothing_is_written(workspace: Workspace) -> None:
    (workspace.root / "a").write_text("a\n")
    (workspace.root / "b").write_text("b\n")
    plan = plan_in(workspace, v4a("*** Update File: a", "-a", "+A", "*** Update File: b", "-b", "+B"))
    (workspace.root / "b").write_text("b\nmore\n")
    before = snapshot(workspace.root)
    with pytest.raises(PatchRefusal, match=r"b: it changed since the patch was made.*nothing was written"):
        apply_plan(workspace, plan)
    assert snapshot(workspace.root) == before


def test_a_file_that_came_or_went_meanwhile_is_drift(workspace: Workspace) -> None:
    (workspace.root / "u").write_text("u\n")
    adding = plan_in(workspace, v4a("*** Add File: n", "+n"))
    moving = plan_in(workspace, v4a("*** Update File: u", "*** Move to: n"))
    deleting = plan_in(workspace, v4a("*** Delete File: u"))
    (workspace.root / "n").write_text("not ours")
    for plan in (adding, moving):
        with pytest.raises(PatchRefusal, match="n: it"):
            apply_plan(workspace, plan)
    (workspace.root / "u").unlink()
    with pytest.raises(PatchRefusal, match="u: it changed"):
        apply_plan(workspace, deleting)
    assert (workspace.root / "n").read_text() == "not ours"


def test_a_folder_swapped_for_a_symlink_is_not_followed(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (workspace.root / "src").mkdir()
    plan = plan_in(workspace, v4a("*** Add File: src/a", "+x"))
    (workspace.root / "src").rmdir()
    (workspace.root / "src").symlink_to(outside)
    with pytest.raises(WorkspaceRefusal, match="outside the workspace"):
        apply_plan(workspace, plan)
    assert list(outside.iterdir()) == []


def test_a_file_swapped_for_a_symlink_is_not_written_through(workspace: Workspace) -> None:
    (workspace.root / "real").write_text("a\n")
    (workspace.root / "f").write_text("a\n")
    plan = plan_in(workspace, v4a("*** Update File: f", "-a", "+b"))
    (workspace.root / "f").unlink()
    (workspace.root / "f").symlink_to("real")
    with pytest.raises(WorkspaceRefusal, match="symlink"):
        apply_plan(workspace, plan)
    assert (workspace.root / "real").read_text() == "a\n"


def test_binary_foreign_and_special_files_are_refused(workspace: Workspace) -> None:
    (workspace.root / "bin").write_bytes(b"a\0b")
    (workspace.root / "latin").write_bytes(b"caf\xe9\n")
    os.mkfifo(workspace.root / "pipe")
    (workspace.root / "folder").mkdir()
    for name, reason in (("bin", "binary"), ("latin", "UTF-8"), ("pipe", "regular"), ("folder", "regular")):
        with pytest.raises(PatchRefusal, match=f"{name}: .*{reason}"):
            plan_in(workspace, v4a(f"*** Update File: {name}", "-a", "+b"))


def test_a_read_only_folder_leaves_everything_as_before(unprivileged: Path) -> None:
    workspace = Workspace(unprivileged)
    (unprivileged / "a").write_text("a\n")
    (unprivileged / "locked").mkdir()
    (unprivileged / "locked/b").write_text("b\n")
    (unprivileged / "locked").chmod(0o555)
    before = snapshot(unprivileged)
    patch = v4a(
        *("*** Add File: new/deep/c", "+c"),
        *("*** Update File: a", "-a", "+A"),
        *("*** Update File: locked/b", "-b", "+B"),
    )
    with pytest.raises(PatchRefusal, match=r"locked/b: Permission denied; nothing was written"):
        apply(workspace, patch)
    assert snapshot(unprivileged) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a second user")
def test_a_failure_after_the_first_files_were_renamed_is_undone(unprivileged: Path) -> None:
    workspace = Workspace(unprivileged)
    for name in ("a", "d", "m"):
        (unprivileged / name).write_text(f"{name}\n")
    inodes = {name: (unprivileged / name).stat().st_ino for name in ("a", "d", "m")}
    # In a sticky folder everyone may add files, but only the owner may rename or delete one.
    os.seteuid(0)
    (unprivileged / "sticky").mkdir()
    (unprivileged / "sticky").chmod(0o1777)
    (unprivileged / "sticky/b").write_text("b\n")
    os.seteuid(NOBODY)
    before = snapshot(unprivileged)
    patch = v4a(
        *("*** Update File: a", "-a", "+A"),
        "*** Delete File: d",
        *("*** Update File: m", "*** Move to: new/m"),
        *("*** Add File: n", "+n"),
        *("*** Update File: sticky/b", "-b", "+B"),
    )
    with pytest.raises(PatchRefusal, match=r"sticky/b: Operation not permitted; nothing was written"):
        apply(workspace, patch)
    assert snapshot(unprivileged) == before
    assert {name: (unprivileged / name).stat().st_ino for name in inodes} == inodes


@settings(max_examples=40)
@given(st.text("ab\n\r é", max_size=20), st.text("ab\n\r é", max_size=20))
def test_the_planned_text_is_the_text_on_disk(old: str, new: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        (workspace.root / "f").write_bytes(old.encode())
        apply_plan(workspace, PatchPlan((FileChange("f", "update", old, new, None, 0, 0),), ""))
        assert (workspace.root / "f").read_bytes() == new.encode()
        assert [path.name for path in workspace.root.iterdir()] == ["f"]
