import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mogplex_daemon.harness.agents.jsonrpc import Request
from mogplex_daemon.harness.codex.approvals import Answer, Question, read_request
from mogplex_daemon.harness.codex.binary import find_codex
from mogplex_daemon.harness.codex.config import (
    CONFINEMENT,
    BadCodexConfig,
    Confinement,
    absent_folders,
    confinement,
    prepare_home,
    private_config,
    remove_empty,
    trust_roots,
)
from mogplex_daemon.harness.codex.diff import read_patch
from mogplex_daemon.harness.codex.failures import turn_failure
from mogplex_daemon.harness.codex.protocol import FileUpdate, TurnError
from mogplex_daemon.harness.codex.translate import Translation
from mogplex_daemon.harness.codex.words import clean_command
from tests.agents import install

WORKSPACE = Path("/w")


def change(path: str, kind: str, diff: str, move_path: str | None = None) -> FileUpdate:
    return FileUpdate.model_validate(
        {"path": path, "kind": {"type": kind, "move_path": move_path}, "diff": diff}
    )


def working() -> Translation:
    numbers = iter(range(1, 100))
    found = Translation(WORKSPACE, lambda prefix: f"{prefix}_{next(numbers)}")
    found.begin("t", "m")
    return found


def start(found: Translation, **item: Any) -> None:
    found.feed(
        "item/started", {"threadId": "t", "turnId": "u", "item": {"id": "i", **item}, "startedAtMs": 1}
    )


def asked(found: Translation, method: str, **params: Any) -> Question | Answer:
    params = {"threadId": "t", "turnId": "u", "itemId": "i", **params}
    return read_request(Request(0, method, params), found, WORKSPACE, CONFINEMENT["approval"])


def test_each_mode_is_the_one_of_codex_that_is_promised():
    assert {mode: (each.sandbox, each.approval_policy) for mode, each in CONFINEMENT.items()} == {
        "approval": ("workspace-write", "on-request"),
        "auto": ("danger-full-access", "never"),
    }


def test_the_setting_can_only_tighten():
    assert confinement("approval", "untrusted") == Confinement("workspace-write", "untrusted")
    assert confinement("approval", "on-request") == confinement("approval") == CONFINEMENT["approval"]
    assert confinement("auto", "untrusted") == CONFINEMENT["auto"]


@pytest.mark.parametrize(
    ("wrapped", "clean"),
    [
        ("/bin/bash -lc 'git status'", "git status"),
        ("bash -c 'echo '\"'\"'a b'\"'\"''", "echo 'a b'"),
        ("/usr/bin/zsh -lc ls", "ls"),
        ("git status", "git status"),
        ("bash -lc ls extra", "bash -lc ls extra"),
        ("bash -lc 'unclosed", "bash -lc 'unclosed"),
    ],
)
def test_a_command_is_shown_without_its_shell_to_the_letter(wrapped: str, clean: str):
    assert clean_command(wrapped) == clean


@given(some.text(min_size=1))
def test_no_command_line_is_changed_by_taking_its_shell_away(line: str):
    import shlex

    assert clean_command(shlex.join(["/bin/bash", "-lc", line])) == line


def test_a_patch_names_files_as_rules_do_and_is_one_unified_diff():
    patch = read_patch(
        [
            change("/w/new.txt", "add", "a\nb\n"),
            change("/w/gone.txt", "delete", "old"),
            change("/w/a.txt", "update", "@@ -1 +1 @@\n-x\n+y\n\n\nMoved to: /w/b.txt", "/w/b.txt"),
            change("/etc/motd", "update", "@@ -1 +1 @@\n-x\n+y\n"),
        ],
        WORKSPACE,
    )
    assert patch.written == ("new.txt", "b.txt", "/etc/motd")
    assert patch.deleted == ("gone.txt", "a.txt")
    assert [(file.path, file.change, file.added, file.removed) for file in patch.files] == [
        ("new.txt", "add", 2, 0),
        ("gone.txt", "delete", 0, 1),
        ("a.txt", "move", 1, 1),
        ("/etc/motd", "update", 1, 1),
    ]
    assert patch.diff == (
        "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+a\n+b\n"
        "--- a/gone.txt\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-old\n\\ No newline at end of file\n"
        "--- a/a.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-x\n+y\n"
        "--- /etc/motd\n+++ /etc/motd\n@@ -1 +1 @@\n-x\n+y\n"
    )


def test_git_takes_the_diff_of_a_patch_that_adds_and_deletes(tmp_path: Path):
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)
    (tmp_path / "gone.txt").write_text("old")
    changes = [change("/w/new.txt", "add", "a\n\nb"), change("/w/gone.txt", "delete", "old")]
    diff = read_patch(changes, WORKSPACE).diff
    subprocess.run(("git", "apply"), cwd=tmp_path, input=diff, text=True, check=True)
    assert (tmp_path / "new.txt").read_text() == "a\n\nb"
    assert not (tmp_path / "gone.txt").exists()


def test_a_command_is_asked_for_as_our_own_tool_asks_and_answered_for_once():
    found = working()
    start(found, type="commandExecution", command="/bin/bash -lc 'rm x'")
    question = asked(
        found,
        "item/commandExecution/requestApproval",
        command="/bin/bash -lc 'rm x'",
        reason="It is in the way.",
        proposedExecpolicyAmendment=["rm"],
        availableDecisions=["accept", {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["rm"]}}],
    )
    assert isinstance(question, Question)
    assert (question.action.kind, question.action.descriptor) == ("run_command", "bash:rm x")
    assert (question.action.tool, question.action.target) == ("run_command", "rm x")
    assert "It is in the way." in question.action.detail
    assert question.call is not None
    assert question.action.call_id == question.call.call_id
    assert (question.accept, question.decline) == ({"decision": "accept"}, {"decision": "decline"})


def test_a_wish_for_the_network_says_where_to():
    question = asked(
        working(), "item/commandExecution/requestApproval", networkApprovalContext={"host": "example.com"}
    )
    assert isinstance(question, Question)
    assert "example.com" in question.action.detail


def test_a_patch_is_asked_for_with_all_its_paths_and_its_diff():
    found = working()
    changes = [
        {"path": "/w/a.txt", "kind": {"type": "add"}, "diff": "x\n"},
        {"path": "/etc/b", "kind": {"type": "delete"}, "diff": "y\n"},
    ]
    start(found, type="fileChange", changes=changes)
    question = asked(found, "item/fileChange/requestApproval", reason="outside", grantRoot="/etc")
    assert isinstance(question, Question)
    assert (question.action.descriptor, *question.action.more_descriptors) == ("write:a.txt", "delete:/etc/b")
    assert "+x\n" in question.action.detail
    assert question.action.patch_id is not None
    assert question.accept == {"decision": "accept"}


def test_a_patch_that_wants_a_whole_folder_for_later_is_a_persons_to_decide():
    found = working()
    changes = [{"path": "/etc/b", "kind": {"type": "add"}, "diff": "y\n"}]
    start(found, type="fileChange", changes=changes)
    for root, because in (("/etc", "codex asks for more than this patch"), (None, "")):
        question = asked(found, "item/fileChange/requestApproval", grantRoot=root)
        assert isinstance(question, Question)
        assert question.action.ask_because == because
        assert ("below /etc from then on" in question.action.detail) == (root is not None)


def test_a_patch_that_was_never_shown_is_declined():
    answer = asked(working(), "item/fileChange/requestApproval")
    assert isinstance(answer, Answer)
    assert answer.result == {"decision": "decline"}


@pytest.mark.parametrize("changes", [None, 3, [3], [{"path": "a", "kind": {"type": "brand_new"}}], []])
def test_a_patch_that_is_not_understood_is_declined(changes: Any):
    found = working()
    start(found, type="fileChange", changes=changes)
    answer = asked(found, "item/fileChange/requestApproval")
    assert isinstance(answer, Answer)
    assert answer.result == {"decision": "decline"}


def test_a_patch_is_asked_for_as_it_was_told_last():
    found = working()
    first = {"path": "/w/a", "kind": {"type": "add"}, "diff": "one\n"}
    start(found, type="fileChange", changes=[first])
    place = {"threadId": "t", "turnId": "u", "itemId": "i"}
    later = {"path": "/etc/b", "kind": {"type": "add"}, "diff": "two\n"}
    assert found.feed("item/fileChange/patchUpdated", {**place, "changes": [first, later]}) == []
    question = asked(found, "item/fileChange/requestApproval")
    assert isinstance(question, Question)
    assert question.action.more_descriptors == ("write:/etc/b",)
    assert "+two" in question.action.detail
    found.feed("item/fileChange/patchUpdated", {**place, "changes": [3]})
    assert isinstance(asked(found, "item/fileChange/requestApproval"), Answer)


def test_a_command_nobody_names_is_the_one_that_was_told_and_else_declined():
    found = working()
    start(found, type="commandExecution", command="/bin/bash -c 'ls -l'")
    question = asked(found, "item/commandExecution/requestApproval", command=None)
    assert isinstance(question, Question)
    assert question.action.descriptor == "bash:ls -l"
    answer = asked(working(), "item/commandExecution/requestApproval", command=["rm"])
    assert isinstance(answer, Answer)
    assert answer.result == {"decision": "decline"}


def test_a_remote_tool_is_asked_for_by_server_and_name_and_never_for_good():
    found = working()
    start(found, type="mcpToolCall", server="demo", tool="echo", arguments={"text": "hi"})
    meta = {
        "codex_approval_kind": "mcp_tool_call",
        "tool_name": "echo",
        "tool_params": {"text": "hi"},
        "persist": ["session", "always"],
    }
    question = asked(found, "mcpServer/elicitation/request", serverName="demo", _meta=meta)
    assert isinstance(question, Question)
    assert (question.action.kind, question.action.descriptor) == ("use_remote_tool", "mcp:demo/echo")
    assert json.loads(question.action.detail) == {"text": "hi"}
    assert question.call is not None
    assert question.accept == {"action": "accept", "content": {}}


@pytest.mark.parametrize(
    "method",
    ["item/permissions/requestApproval", "item/tool/requestUserInput", "mcpServer/elicitation/request"],
)
def test_what_no_rule_can_decide_grants_nothing_and_is_told(method: str):
    answer = asked(working(), method, serverName="demo", message="your name", permissions={"network": True})
    assert isinstance(answer, Answer)
    assert answer.result in (
        {"permissions": {}, "scope": "turn"},
        {"answers": {}},
        {"action": "decline", "content": None},
    )
    assert answer.told


def test_a_request_that_makes_no_sense_is_refused():
    answer = asked(working(), "item/tool/requestUserInput", questions=3)
    assert isinstance(answer, Answer)
    assert answer.result is None


@pytest.mark.parametrize(
    "method", ["execCommandApproval", "applyPatchApproval", "item/tool/call", "brand/new"]
)
def test_what_is_not_known_is_refused(method: str):
    answer = asked(working(), method)
    assert isinstance(answer, Answer)
    assert answer.result is None


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"httpConnectionFailed": {"httpStatusCode": 401}}, "model_auth"),
        ({"responseTooManyFailedAttempts": {"httpStatusCode": 429}}, "model_rate_limit"),
        ({"httpConnectionFailed": {"httpStatusCode": 503}}, "model_unavailable"),
        ({"httpConnectionFailed": {"httpStatusCode": None}}, "model_unreachable"),
        ("internalServerError", "model_unavailable"),
        ("usageLimitExceeded", "model_quota"),
        ("contextWindowExceeded", "model_context_full"),
        ("modelNotFound", "model_not_found"),
        ("somethingNew", "model_failed"),
        (None, "model_failed"),
        (3, "model_failed"),
    ],
)
def test_every_failure_has_a_code_and_says_what_to_do(info: Any, code: str):
    failure = turn_failure(TurnError(message="it broke.", codex_error_info=info))
    assert failure.code == code
    assert str(failure).startswith("codex: it broke. ")
    assert str(failure).endswith(".")


def test_only_the_model_and_its_provider_are_taken_over(tmp_path: Path):
    theirs = {
        "model": "m",
        "model_provider": "p",
        "model_providers": {"p": {"base_url": "http://x"}},
        "approval_policy": "never",
        "sandbox_mode": "danger-full-access",
        "mcp_servers": {"x": {}},
        "projects": {str(tmp_path): {"trust_level": "trusted"}},
        "notify": ["sh"],
    }
    config = private_config(theirs, tmp_path)
    assert {key: config[key] for key in ("model", "model_provider", "model_providers")} == {
        key: theirs[key] for key in ("model", "model_provider", "model_providers")
    }
    assert config["projects"] == {str(tmp_path): {"trust_level": "untrusted"}}
    assert not {"approval_policy", "sandbox_mode", "mcp_servers", "notify"} & config.keys()
    assert config["allow_login_shell"] is config["check_for_update_on_startup"] is False
    assert config["sandbox_workspace_write"] == {"exclude_slash_tmp": True}


def test_every_folder_that_could_be_trusted_is_not(tmp_path: Path):
    main, tree = tmp_path / "main", tmp_path / "tree"
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(main))
    subprocess.run(("git", "init", "-q", str(main)), check=True)
    subprocess.run((*git, "commit", "-q", "--allow-empty", "-m", "x"), check=True)
    subprocess.run((*git, "worktree", "add", "-q", str(tree)), check=True)
    (tree / "deep").mkdir()
    assert trust_roots(tree / "deep") == (tree / "deep", tree, main)
    assert trust_roots(tmp_path) == (tmp_path,)


def test_a_home_is_made_again_without_harm_and_its_temporary_folder_lies_beside_it(tmp_path: Path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "auth.json").write_text("{}")
    (theirs / "config.toml").write_text('model = "m"\nmodel_catalog_json = "models.json"\n')
    environ = {"CODEX_HOME": str(theirs)}
    for _ in range(2):
        home = prepare_home(tmp_path, tmp_path, environ)
    assert home.temporary not in home.root.parents
    assert home.environ == {"CODEX_HOME": str(home.root), "TMPDIR": str(home.temporary)}
    assert str(theirs / "models.json") in (home.root / "config.toml").read_text()
    assert (home.root / "auth.json").readlink() == theirs / "auth.json"


def test_a_person_without_codex_settings_gets_a_home_all_the_same(tmp_path: Path):
    home = prepare_home(tmp_path, tmp_path, {"HOME": str(tmp_path / "nobody")})
    assert not (home.root / "auth.json").exists()


def test_a_config_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "config.toml").write_text("model = ")
    with pytest.raises(BadCodexConfig, match=str(tmp_path / "config.toml")):
        prepare_home(tmp_path, tmp_path, {"CODEX_HOME": str(tmp_path)})


def test_only_empty_folders_that_were_not_there_are_taken_away(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    absent = absent_folders(tmp_path)
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".codex").mkdir()
    (tmp_path / ".codex" / "theirs").touch()
    remove_empty(absent)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".codex", ".git"]


def test_the_native_program_is_found_behind_the_script_of_npm():
    install.install("@openai/codex")
    found = find_codex({"PATH": str(install.programs())})
    assert found is not None
    assert found.parent.name == "bin"
    assert found.read_bytes()[:4] in (b"\x7fELF", b"\xcf\xfa\xed\xfe")


def test_a_codex_that_is_no_script_is_taken_as_it_is(tmp_path: Path):
    program = tmp_path / "codex"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_codex({"PATH": str(tmp_path)}) == program
    assert find_codex({"PATH": str(tmp_path / "none")}) is None
