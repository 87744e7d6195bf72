import json
import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from mogplex_contracts.patterns import BadPattern
from mogplex_contracts.permissions import resolve
from mogplex_daemon.home.permission_files import (
    PermissionFileError,
    append_rule,
    append_rules,
    load_layers,
    remove_rule,
)


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_missing_files_are_empty_layers(tmp_path: Path) -> None:
    loaded = load_layers(tmp_path / "nowhere", "o-r", None)
    assert loaded.problems == ()
    assert loaded.layers.mode == "approval"
    assert resolve(loaded.layers, "bash:ls").level == "ask"


def test_both_files_become_layers_that_name_them(tmp_path: Path) -> None:
    top = write(
        tmp_path / "permissions.json", '{"version": 1, "mode": "auto", "rules": {"deny": ["bash:rm *"]}}'
    )
    own = write(
        tmp_path / "projects" / "o-r" / "permissions.json",
        '{"version": 1, "mode": "approval", "rules": {"allow": ["bash:ls"], "ask": ["bash:x"]}}',
    )
    layers = load_layers(tmp_path, "o-r", None).layers
    assert (layers.mode, layers.mode_origin) == ("approval", str(own))
    assert resolve(layers, "bash:ls").explain() == f"bash:ls is allow · project · {own}"
    assert resolve(layers, "bash:rm x").explain() == f"bash:rm * is deny · global · {top}"
    assert load_layers(tmp_path, "o-r", "auto").layers.mode == "auto"


@pytest.mark.parametrize(
    ("content", "message", "fix"),
    [
        ('{"version": 1,\n  "rules": {]}', ":2:13: not JSON", "Correct that place"),
        ("", ":1:1: not JSON", "Correct that place"),
        ("\ufeff{}", "not JSON", "Correct that place"),
        pytest.param("[" * 100_000, ": nested too deep", "Correct it", id="nested"),
        ("[]", ": the whole file: ", "Correct it"),
        ("{}", ": version: is missing", 'Write "version": 1'),
        ('{"version": 2}', ": version: Input should be 1, but it is 2", 'Write "version": 1'),
        ('{"version": true}', ": version: Input should be 1", 'Write "version": 1'),
        ('{"version": 1, "mode": "yolo"}', ": mode: Input should be 'approval' or 'auto'", "approval, auto"),
        ('{"version": 1, "rulez": {}}', ": rulez: unknown field", "version, mode, rules"),
        ('{"version": 1, "rules": {"alow": []}}', ": rules.alow: unknown field", "allow, deny, ask"),
        ('{"version": 1, "rules": {"allow": "bash:ls"}}', ": rules.allow: ", "the lists hold patterns"),
        ('{"version": 1, "rules": {"allow": ["bash:a", "bash:b", 3]}}', ": rules.allow[2]: ", "patterns"),
        ('{"version": 1, "rules": {"deny": ["rm"]}}', ": rules.deny[0]: rm has no kind", "patterns"),
        (
            '{"version": 1, "rules": {"deny": ["bash:rm"]}, "rules": {}}',
            "'rules' is there twice",
            "Correct it",
        ),
        (b'{"version":\n \xff}', ":2:2: not UTF-8", "UTF-8"),
        pytest.param(b" " * (4 * 1024 * 1024 + 1), "is larger than", "Take rules out", id="large"),
    ],
)
def test_a_bad_file_is_a_problem_with_place_and_fix(
    tmp_path: Path, content: str | bytes, message: str, fix: str
) -> None:
    path = write(tmp_path / "permissions.json", content)
    loaded = load_layers(tmp_path, "o-r", None)
    (problem,) = loaded.problems
    assert problem.message.startswith(str(path))
    assert message in problem.message
    assert fix in problem.fix
    assert problem.message.isprintable()
    assert loaded.layers.broken == (str(path),)


def test_a_broken_file_never_widens_what_the_other_one_says(tmp_path: Path) -> None:
    write(tmp_path / "permissions.json", '{"version": 1, "mode": "auto", "rules": {"allow": ["bash:*"]}}')
    write(tmp_path / "projects" / "o-r" / "permissions.json", "{")
    layers = load_layers(tmp_path, "o-r", None).layers
    assert layers.mode == "approval"
    assert resolve(layers, "bash:ls").level == "ask"


def test_a_folder_a_pipe_and_a_dangling_loop_are_problems_and_nothing_hangs(tmp_path: Path) -> None:
    (tmp_path / "permissions.json").mkdir()
    own = tmp_path / "projects" / "o-r" / "permissions.json"
    own.parent.mkdir(parents=True)
    os.mkfifo(own)
    first, second = load_layers(tmp_path, "o-r", None).problems
    assert "directory" in first.message or "not a file" in first.message
    assert "is not a file" in second.message
    own.unlink()
    own.symlink_to(own)
    assert len(load_layers(tmp_path, "o-r", None).problems) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path / "permissions.json", '{"version": 1}').chmod(0)
    (problem,) = load_layers(tmp_path, "o-r", None).problems
    assert "permission denied" in problem.message
    assert "chmod" in problem.fix


def test_a_remembered_rule_makes_a_private_file_that_loads(tmp_path: Path) -> None:
    path = tmp_path / "projects" / "o-r" / "permissions.json"
    assert append_rule(path, "bash:echo 'é'", "allow") is True
    assert append_rule(path, "bash:echo 'é'", "allow") is False
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text()) == {"version": 1, "rules": {"allow": ["bash:echo 'é'"]}}
    assert resolve(load_layers(tmp_path, "o-r", None).layers, "bash:echo 'é'").level == "allow"


def test_a_remembered_rule_leaves_the_rest_of_the_file(tmp_path: Path) -> None:
    content = {"rules": {"deny": ["bash:rm *"], "allow": ["bash:ls"]}, "version": 1, "mode": "approval"}
    path = write(tmp_path / "permissions.json", json.dumps(content))
    append_rule(path, "write:src/**", "allow")
    content["rules"] = {"deny": ["bash:rm *"], "allow": ["bash:ls", "write:src/**"]}
    assert json.loads(path.read_text()) == content
    assert list(json.loads(path.read_text())) == ["rules", "version", "mode"]


def test_no_rule_is_remembered_in_a_broken_file_and_no_bad_one_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path / "permissions.json", '{"version": 1,')
    with pytest.raises(PermissionFileError, match="not JSON"):
        append_rule(path, "bash:ls", "allow")
    assert path.read_text() == '{"version": 1,'
    with pytest.raises(BadPattern):
        append_rule(tmp_path / "other.json", "ls", "allow")
    assert not (tmp_path / "other.json").exists()


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    write(tmp_path / "file", "")
    with pytest.raises(PermissionFileError, match=str(tmp_path)):
        append_rule(tmp_path / "file" / "permissions.json", "bash:ls", "allow")


def test_rules_remembered_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "permissions.json"
    threads = [Thread(target=append_rule, args=(path, f"bash:a{n}", "allow")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(json.loads(path.read_text())["rules"]["allow"]) == 12


def test_several_rules_are_added_at_once_and_each_stands_there_once(tmp_path: Path):
    path = tmp_path / "permissions.json"
    path.write_text(
        '{"version": 1, "mode": "approval", "rules": {"deny": ["bash:rm *"], "allow": ["bash:ls"]}}'
    )
    assert append_rules(path, ("bash:ls", "bash:ls *", "bash:ls *"), "allow") == ("bash:ls *",)
    assert json.loads(path.read_text()) == {
        "version": 1,
        "mode": "approval",
        "rules": {"deny": ["bash:rm *"], "allow": ["bash:ls", "bash:ls *"]},
    }


def test_one_bad_pattern_adds_none(tmp_path: Path):
    path = tmp_path / "permissions.json"
    with pytest.raises(BadPattern):
        append_rules(path, ("bash:ls", "nonsense"), "allow")
    assert not path.exists()


def test_a_removed_rule_leaves_all_else_as_it_is(tmp_path: Path):
    path = tmp_path / "permissions.json"
    path.write_text('{"version": 1, "rules": {"deny": ["bash:ls"], "allow": ["bash:ls", "bash:cat *"]}}')
    assert remove_rule(path, "bash:ls", "allow")
    assert not remove_rule(path, "bash:ls", "allow")
    assert json.loads(path.read_text())["rules"] == {"deny": ["bash:ls"], "allow": ["bash:cat *"]}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_file_is_left_as_it_is_by_a_removal(tmp_path: Path):
    path = tmp_path / "permissions.json"
    path.write_text('{"version": 1, "rulez": {}}')
    with pytest.raises(PermissionFileError, match="rulez"):
        remove_rule(path, "bash:ls", "allow")
    assert path.read_text() == '{"version": 1, "rulez": {}}'


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("bash:git status", "allow"),
        ("bash:pnpm test auth", "allow"),
        ("bash:pnpm test && rm -rf build", "deny"),
        ("bash:pnpm test > out.txt", "ask"),
        ("bash:gh pr merge 7", "ask"),
        ("write:docs/a/b.md", "allow"),
        ("write:src/a.md", "ask"),
        ("read:.env.local", "deny"),
    ],
)
def test_the_rules_of_the_manual_do_what_it_says(tmp_path: Path, asked: str, level: str) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text("utf-8")
    write(tmp_path / "permissions.json", manual.partition("```json\n")[2].partition("```")[0])
    loaded = load_layers(tmp_path, "o-r", None)
    assert loaded.problems == ()
    assert resolve(loaded.layers, asked).level == level
