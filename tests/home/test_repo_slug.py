import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_daemon.home.repo_slug import repo_slug

WHO = ("-c", "user.name=t", "-c", "user.email=t@example.com")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *WHO, *arguments], cwd=folder, check=True, capture_output=True)


def repository(folder: Path, url: str | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    if url is not None:
        git(folder, "remote", "add", "upstream", "https://example.com/not/this.git")
        git(folder, "remote", "add", "origin", url)
    return folder


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://github.com/octo/hello.git", "octo-hello"),
        ("https://user:secret@github.com/octo/hello", "octo-hello"),
        ("https://github.com/octo/hello.git/", "octo-hello"),
        ("ssh://git@example.com:2222/octo/hello.git", "octo-hello"),
        ("git@github.com:octo/hello.git", "octo-hello"),
        ("github.com:octo/hello", "octo-hello"),
        ("git@[::1]:octo/hello.git", "octo-hello"),
        ("https://gitlab.com/group/sub/hello.git", "sub-hello"),
        ("file:///srv/git/octo/hello.git", "octo-hello"),
        ("/srv/git/hello.git", "git-hello"),
        ("../hello", "hello"),
        ("https://github.com/octo/h%20e;l|l\u202eo.git", "octo-h-e-l-l-o"),
        ("https://github.com/../../etc/.git", "etc"),
    ],
)
def test_the_slug_is_owner_and_name_of_origin(tmp_path: Path, url: str, slug: str) -> None:
    assert repo_slug(repository(tmp_path / "work", url)) == slug


def test_every_folder_and_worktree_of_a_repository_has_one_slug(tmp_path: Path) -> None:
    for url in ("git@github.com:octo/hello.git", None):
        main = repository(tmp_path / f"main-{url is None}", url)
        git(main, "commit", "-q", "--allow-empty", "-m", "x")
        tree = tmp_path / f"tree-{url is None}"
        git(main, "worktree", "add", "-q", str(tree))
        (main / "sub" / "deep").mkdir(parents=True)
        assert repo_slug(main / "sub" / "deep") == repo_slug(tree) == repo_slug(main)


def test_without_a_remote_it_is_the_folder_and_a_hash_of_its_path(tmp_path: Path) -> None:
    one, two = repository(tmp_path / "a" / "my app"), repository(tmp_path / "b" / "my app")
    assert re.fullmatch(r"my-app-[0-9a-f]{8}", repo_slug(one))
    assert repo_slug(one) != repo_slug(two)


def test_a_folder_without_git_and_one_that_is_not_there_have_a_slug(tmp_path: Path) -> None:
    assert re.fullmatch(r"nowhere-[0-9a-f]{8}", repo_slug(tmp_path / "nowhere"))
    assert re.fullmatch(r"root-[0-9a-f]{8}", repo_slug(Path("/")))


def test_a_symlink_to_a_repository_has_its_slug(tmp_path: Path) -> None:
    main = repository(tmp_path / "main")
    (tmp_path / "link").symlink_to(main)
    assert repo_slug(tmp_path / "link") == repo_slug(main)


@settings(max_examples=100, deadline=None)
@given(content=st.one_of(st.binary(), st.text().map(lambda t: f'[remote "origin"]\nurl = {t}'.encode())))
def test_no_config_makes_it_raise_or_leave_the_folder(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("repo")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(content)
    slug = repo_slug(folder)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", slug)


@pytest.mark.parametrize("content", ["", "gitdir: ", "gitdir: /nowhere", "gitdir: \0", "\xff"])
def test_a_broken_git_file_falls_back_to_the_path(tmp_path: Path, content: str) -> None:
    (tmp_path / ".git").write_text(content)
    assert re.search(r"-[0-9a-f]{8}$", repo_slug(tmp_path))
