from pathlib import Path

import pytest

from mogplex_daemon.runhost.workspace import Workspace, WorkspaceRefusal


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text("a")
    (root / ".git/hooks").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("s")
    return Workspace(root)


def test_inside_paths_resolve_and_are_named_relative(workspace: Workspace) -> None:
    path = workspace.resolve("src/../src/./a.py")
    assert path == workspace.root / "src/a.py"
    assert workspace.descriptor("write", path) == "write:src/a.py"
    assert workspace.resolve(str(workspace.root / "src/a.py")) == path


def test_outside_paths_are_named_absolute_and_real(workspace: Workspace) -> None:
    (workspace.root / "door").symlink_to(workspace.root.parent / "outside")
    secret = workspace.root.parent / "outside/secret"
    assert workspace.descriptor("read", workspace.locate("door/secret")) == f"read:{secret}"


@pytest.mark.parametrize("text", ["../outside/secret", "/etc/passwd", "src/../../outside", "~/.bashrc", "~"])
def test_paths_that_lead_outside_are_refused(workspace: Workspace, text: str) -> None:
    for resolve in (workspace.resolve, workspace.resolve_for_write, workspace.resolve_entry):
        with pytest.raises(WorkspaceRefusal, match="outside the workspace"):
            resolve(text)


def test_a_sibling_folder_with_the_same_beginning_is_outside(workspace: Workspace) -> None:
    (workspace.root.parent / "repo2").mkdir()
    with pytest.raises(WorkspaceRefusal, match="outside"):
        workspace.resolve("../repo2")


def test_a_folder_symlink_that_leaves_is_refused(workspace: Workspace) -> None:
    (workspace.root / "door").symlink_to(workspace.root.parent / "outside")
    for resolve in (workspace.resolve, workspace.resolve_for_write):
        with pytest.raises(WorkspaceRefusal, match="it leads to"):
            resolve("door/secret")


def test_dots_after_a_symlink_are_judged_where_they_really_lead(workspace: Workspace) -> None:
    (workspace.root / "door").symlink_to(workspace.root.parent / "outside")
    with pytest.raises(WorkspaceRefusal, match="outside"):
        workspace.resolve("door/../repo2/x")


def test_a_symlink_itself_is_not_written_through_but_may_be_deleted(workspace: Workspace) -> None:
    (workspace.root / "inner").symlink_to("src/a.py")
    (workspace.root / "outer").symlink_to("/etc/passwd")
    assert workspace.resolve("inner") == workspace.root / "src/a.py"
    for name in ("inner", "outer"):
        with pytest.raises(WorkspaceRefusal, match="symlink"):
            workspace.resolve_for_write(name)
        assert workspace.resolve_entry(name) == workspace.root / name


def test_git_is_protected_from_writes_in_every_spelling(workspace: Workspace) -> None:
    (workspace.root / "alias").symlink_to(".git")
    for text in (
        ".git",
        ".git/config",
        ".GIT/hooks/pre-commit",
        "src/../.git/config",
        "alias/config",
        "a/.git/x",
    ):
        with pytest.raises(WorkspaceRefusal, match=r"\.git is protected"):
            workspace.resolve_for_write(text)
    assert workspace.resolve_for_write(".gitignore").name == ".gitignore"
    assert workspace.resolve(".git/hooks")


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "a\nb", "a\x1b[31m", "a\u202eb"])
def test_impossible_paths_are_refused(workspace: Workspace, text: str) -> None:
    with pytest.raises(WorkspaceRefusal):
        workspace.resolve_for_write(text)


def test_the_root_is_no_entry_to_write_or_delete(workspace: Workspace) -> None:
    for text in (".", "./", "src/..", str(workspace.root)):
        with pytest.raises(WorkspaceRefusal):
            workspace.resolve_entry(text)
