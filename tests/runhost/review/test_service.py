import os
import shutil
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from mogplex_daemon.runhost.review.git_reader import DIFF_LIMIT
from mogplex_daemon.runhost.review.service import ReviewFailed, review, survey

from .conftest import Repo

SECRET = "gh" + "p_Kq7Zt2Lm9Xw4Vb8Nc1Rf6Hs3Jd5Gp0QyTeUa"


def seed_defects(repo: Repo) -> None:
    repo.stage("app/config.py", f'TOKEN = "{SECRET}"\nimport pdb\n\n\ndef run():\n    breakpoint()\n')
    repo.stage("app/merge.txt", "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n")
    repo.stage("app/data.json", '{"a": }\n')
    repo.stage("app/data.toml", "a = [1\n")
    repo.stage("app/data.yaml", "a: [1\nb: 2\n")
    repo.stage("app/broken.py", "def f(:\n    pass\n")
    repo.stage("web/a.test.js", "it.only('x', () => { f() }) // TODO: rest\n")
    repo.stage("web/long.js", "f(" + "argument, " * 40 + ")\n")
    repo.stage("a.txt.orig", "x\n")
    repo.stage("blob.bin", bytes(range(256)) * 5_000)


def test_every_seeded_defect_is_found_at_its_line(repo: Repo):
    seed_defects(repo)
    places = {(one.check, one.place) for one in repo.review().findings}
    assert places == {
        ("secret", "app/config.py:1"),
        ("debugging", "app/config.py:2"),
        ("debugging", "app/config.py:6"),
        ("conflict-marker", "app/merge.txt:2"),
        ("broken-syntax", "app/data.json:1"),
        ("broken-syntax", "app/data.toml:1"),
        ("broken-syntax", "app/data.yaml:2"),
        ("broken-syntax", "app/broken.py:1"),
        ("unfinished-test", "web/a.test.js:1"),
        ("open-remark", "web/a.test.js:1"),
        ("long-line", "web/long.js:1"),
        ("odd-file", "a.txt.orig"),
        ("odd-file", "blob.bin"),
    }


def test_the_report_repeats_no_secret_and_no_absolute_path(repo: Repo):
    seed_defects(repo)
    done = repo.review()
    assert SECRET[4:] not in done.report_text + repr(done.findings)
    assert "ghp_********" in done.report_text
    assert str(repo.root) not in done.report_text


def test_the_same_state_gives_the_same_bytes_also_in_a_copy_and_after_writing_the_report(
    repo: Repo, tmp_path: Path
):
    seed_defects(repo)
    first = repo.review().report_text
    assert repo.review().report_text == first
    repo.write("MOGPLEX_REPORT.md", first)
    assert repo.review().report_text == first
    shutil.copytree(repo.root, tmp_path / "elsewhere")
    assert Repo(tmp_path / "elsewhere").review().report_text == first
    repo.stage("MOGPLEX_REPORT.md", first)
    assert repo.review().report_text == first


def test_a_review_changes_nothing_in_the_repository(repo: Repo):
    seed_defects(repo)
    os.utime(repo.root / "README.md", (1, 1))
    before = {path: path.read_bytes() for path in repo.root.rglob("*") if path.is_file()}
    repo.review()
    assert {path: path.read_bytes() for path in repo.root.rglob("*") if path.is_file()} == before


def test_nothing_found_is_said_plainly(repo: Repo):
    repo.stage("a.py", "x = 1\n")
    done = repo.review()
    assert done.summary == "no findings in the staged diff of 1 file"
    assert "No findings" in done.report_text


def test_an_empty_staged_diff_falls_back_to_the_unstaged_one(repo: Repo):
    repo.write("README.md", "# Hello\n\nTODO: more\n")
    done = repo.review("review the staged diff")
    assert done.reviewed == "unstaged"
    assert "Nothing is staged. The unstaged diff was reviewed instead." in done.report_text
    assert [one.place for one in done.findings] == ["README.md:3"]


def test_an_empty_unstaged_diff_falls_back_to_the_staged_one(repo: Repo):
    repo.stage("a.py", "breakpoint()\n")
    done = repo.review("review unstaged changes")
    assert done.reviewed == "staged"
    assert "The staged diff was reviewed instead." in done.report_text


def test_a_file_that_was_only_touched_is_no_change(repo: Repo):
    os.utime(repo.root / "README.md", (1, 1))
    assert repo.review("review unstaged").reviewed == "none"


def test_no_changes_at_all_is_said_plainly(repo: Repo):
    done = repo.review()
    assert done.reviewed == "none"
    assert "there is no diff to review" in done.report_text


def test_the_staged_version_is_judged_even_when_the_file_on_disk_differs(repo: Repo):
    repo.stage("a.json", "{broken\n")
    repo.write("a.json", "{}\n")
    assert repo.found("broken-syntax") == ["a.json:1 high"]
    assert repo.found("broken-syntax", "review unstaged") == []


def test_other_changes_and_untracked_files_are_mentioned(repo: Repo):
    repo.stage("a.py", "x = 1\n")
    repo.write("README.md", "# Changed\n")
    repo.write("new.py", "y = 1\n")
    report = repo.review().report_text
    assert "There are unstaged changes too, which were not reviewed: `README.md`." in report
    assert "`new.py`" in report


def test_a_task_without_a_diff_gets_the_inventory(repo: Repo):
    repo.stage("a.py", "breakpoint()\n")
    done = repo.review("tell me about this project")
    assert (done.reviewed, done.findings) == ("none", ())
    assert "| Python" in done.report_text


def test_a_repository_without_commits_is_reviewed(make_repo: Callable[[str], Repo]):
    empty = make_repo("empty")
    empty.stage("a.py", "breakpoint()\n")
    done = empty.review()
    assert [one.place for one in done.findings] == ["a.py:1"]
    assert "The repository has no commits yet" in done.report_text
    assert "none yet" in done.report_text


def test_a_folder_without_repository_gets_an_inventory_that_heeds_gitignore(tmp_path: Path):
    for path in ("a.py", "keep/b.js", "keep/c.log", "build/x.py", "deep/build/y.py", "node_modules/z.js"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x\n")
    (tmp_path / ".gitignore").write_text("/build\n*.log\n")
    (tmp_path / "keep/.gitignore").write_text("!c.log\n")
    done = anyio.run(review, tmp_path, "review the staged diff")
    assert sorted(one.path for one in done.inventory.biggest) == [
        ".gitignore",
        "a.py",
        "deep/build/y.py",
        "keep/.gitignore",
        "keep/b.js",
        "keep/c.log",
    ]
    assert "This folder is not a git repository" in done.report_text
    assert "No diff could be read" in done.report_text


def test_without_git_the_report_says_so_and_still_has_the_inventory(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(repo.root / "nowhere"))
    done = repo.review()
    assert "git is not installed" in done.report_text
    assert done.inventory.files == 1


def test_a_broken_index_is_a_note_and_not_a_crash(repo: Repo):
    (repo.root / ".git/index").write_bytes(b"garbage")
    done = repo.review()
    assert done.inventory.files == 1
    assert any("git could not be read" in note and str(repo.root) not in note for note in done.notes)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ReviewFailed, match="gone is not a folder"):
        anyio.run(review, tmp_path / "gone", "x")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("with space.py", "with space.py"),
        ("new\nline.py", "new\\nline.py"),
        ('quo"te.py', 'quo"te.py'),
        ("tab\there.py", "tab\\there.py"),
        ("grüße 世界.py", "grüße 世界.py"),
        ("-dash.py", "-dash.py"),
        ("back\\slash.py", "back\\slash.py"),
        ("tick`pipe|.py", "tick`pipe|.py"),
        (":(top)magic.py", ":(top)magic.py"),
        ("bytes\udcff.py", "bytes\\xff.py"),
    ],
)
@pytest.mark.parametrize("task", ["review staged", "review unstaged"])
def test_odd_file_names_keep_their_findings(repo: Repo, name: str, shown: str, task: str):
    repo.stage(name, "x = 1\n")
    repo.commit()
    repo.write(name, "x = 1\ndef f(:\n")
    if task == "review staged":
        repo.git("add", "-A")
    done = repo.review(task)
    assert [(one.path, one.line, one.check) for one in done.findings] == [(shown, 2, "broken-syntax")]
    done.report_text.encode()


def test_renamed_deleted_linked_and_nested_entries_are_reviewed_calmly(
    repo: Repo, make_repo: Callable[[str], Repo]
):
    inner = make_repo("inner")
    inner.stage("x.py", "breakpoint()\n")
    inner.commit()
    repo.stage("old.py", "".join(f"x{n} = {n}\n" for n in range(20)))
    repo.stage("gone.py", "x = 1\n")
    repo.commit()
    repo.git("mv", "old.py", "new.py")
    repo.git("rm", "-q", "gone.py")
    (repo.root / "link.py").symlink_to("/etc/passwd")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    repo.git("add", "-A")
    done = repo.review()
    assert done.findings == ()
    assert "`new.py` from `old.py`" in done.report_text
    assert (done.inventory.symlinks, done.inventory.submodules) == (1, 1)
    assert "link added" in done.report_text and "submodule added" in done.report_text


def test_a_file_in_conflict_is_found_by_its_markers(repo: Repo):
    repo.git("checkout", "-qb", "other")
    repo.stage("README.md", "# Theirs\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.stage("README.md", "# Ours\n")
    repo.commit()
    repo.git("merge", "other", ok=False)
    done = repo.review("review the staged diff")
    assert [(one.check, one.line) for one in done.findings] == [("conflict-marker", 1)]
    assert "in conflict" in done.report_text


def test_large_file_pointers_are_not_taken_for_their_content(repo: Repo):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a' * 16}\nsize 12345\n"
    repo.stage("data.json", pointer)
    done = repo.review()
    assert done.findings == ()
    assert [one.language for one in done.inventory.languages] == ["Markdown", "Git LFS pointer"]


def test_settings_of_a_person_do_not_change_the_review(repo: Repo, tmp_path: Path):
    repo.stage("a.py", "x = 1\n\n\nbreakpoint()\n")
    expected = repo.review().findings
    marker = tmp_path / "ran"
    for setting in (
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "color.ui=always",
        "diff.context=0",
        f"diff.external=touch {marker}",
        f"core.fsmonitor=touch {marker}",
        f"diff.custom.textconv=touch {marker}; cat",
        "core.quotepath=true",
        "diff.suppressBlankEmpty=true",
    ):
        key, _, value = setting.partition("=")
        repo.git("config", key, value)
    repo.write(".git/info/attributes", "*.py diff=custom\n")
    assert repo.review().findings == expected
    assert not marker.exists()


def test_variables_that_point_git_elsewhere_are_ignored(repo: Repo, monkeypatch: pytest.MonkeyPatch):
    repo.stage("a.py", "breakpoint()\n")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert [one.place for one in repo.review().findings] == ["a.py:1"]


def test_a_folder_inside_a_repository_is_reviewed_by_itself(repo: Repo):
    repo.stage("a.py", "breakpoint()\n")
    repo.stage("part/b.py", "breakpoint()\n")
    done = anyio.run(review, repo.root / "part", "review staged")
    assert [one.place for one in done.findings] == ["b.py:1"]
    assert done.inventory.files == 1


def test_a_huge_diff_is_cut_and_the_report_says_where(repo: Repo):
    repo.stage("a.txt", "breakpoint\n")
    repo.stage("b.txt", ("some words of text " * 50 + "\n") * (DIFF_LIMIT // 950 + 1))
    repo.stage("c.py", "breakpoint()\n")
    done = repo.review()
    assert "it was reviewed up to some line of `b.txt`" in done.report_text
    assert done.findings == ()


def test_a_tracked_pipe_or_a_link_out_of_the_folder_is_not_read(repo: Repo, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("x\n" * 1_000)
    repo.stage("part/a.py", "x = 1\n")
    repo.stage("pipe.py", "x = 1\n")
    repo.commit()
    shutil.rmtree(repo.root / "part")
    (repo.root / "part").symlink_to(outside)
    (repo.root / "pipe.py").unlink()
    os.mkfifo(repo.root / "pipe.py")
    assert anyio.run(survey, repo.root).inventory.lines == 1


def test_a_detached_head_is_said(repo: Repo):
    repo.git("checkout", "-q", "--detach")
    assert "none: HEAD is detached" in repo.review().report_text


def test_five_thousand_files_are_reviewed(repo: Repo):
    for number in range(5_000):
        repo.write(f"src/p{number % 50}/m{number}.py", f"VALUE_{number} = {number}\n")
    repo.git("add", "-A")
    done = repo.review()
    assert done.inventory.files == 5_001
    assert done.findings == ()
