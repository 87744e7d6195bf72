import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.path_ranking import best_paths, has_letters
from mogplex_cli.workspace_files import WorkspaceFiles
from tests.support.repository import git, make_repository


def make(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


@pytest.mark.anyio
async def test_git_says_which_files_there_are_and_ignored_ones_are_left_out(tmp_path):
    repo = make_repository(tmp_path / "repo")
    make(repo, "src/new file.py", "build/out.js")
    (repo / ".gitignore").write_text("build/\n")
    files = WorkspaceFiles(repo)
    assert set(await files.find("")) == {".gitignore", "README.md", "app.py", "src/new file.py"}
    assert await files.find("NEWFILE") == ("src/new file.py",) or await files.find("new") == (
        "src/new file.py",
    )
    git(repo, "rm", "-q", "--cached", "README.md")
    make(repo, "late.py")
    assert await files.find("late") == ()
    await files.find("")
    assert await files.find("late") == ("late.py",)


@pytest.mark.anyio
async def test_without_git_the_folder_is_walked_and_gitignore_holds(tmp_path):
    make(tmp_path, "a.py", "node_modules/b.js", "src/c.py", "src/gen/d.py", "src/keep.log", "e.log")
    (tmp_path / ".gitignore").write_text("node_modules/\n*.log\n")
    (tmp_path / "src/.gitignore").write_text("gen/\n")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = await WorkspaceFiles(tmp_path).find("")
    assert set(found) == {".gitignore", "a.py", "src/.gitignore", "src/c.py", "loop"}


@pytest.mark.anyio
async def test_a_folder_that_is_not_there_has_no_files(tmp_path):
    assert await WorkspaceFiles(tmp_path / "none").find("") == ()


def test_the_best_fit_comes_first():
    paths = ("docs/deep/map.md", "src/main.py", "main.py", "domain/x.py", "m/a/i/n.py")
    assert best_paths("main", paths) == ("main.py", "src/main.py", "domain/x.py", "m/a/i/n.py")
    assert best_paths("", paths)[0] == "main.py"
    assert best_paths("zz", paths) == ()


@given(st.text(), st.lists(st.text()))
def test_what_is_found_has_the_letters_and_nothing_is_missed(query, paths):
    found = best_paths(query, paths, limit=len(paths) + 1)
    assert sorted(found) == sorted(path for path in paths if has_letters(path, query))
