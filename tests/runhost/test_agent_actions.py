from pathlib import Path

from mogplex_daemon.harness.agents.actions import command_action, files_action, remote_tool_action


def test_a_command_is_matched_to_the_letter_and_shown_with_its_reason():
    action = command_action(
        "git  push", tool="shell", agent_id="agt_1", call_id="call_1", reason="needs network"
    )
    assert action.descriptor == "bash:git  push"
    assert action.detail == "git  push\n\nneeds network"


def test_every_file_is_named_and_links_are_followed(tmp_path: Path):
    workspace = tmp_path / "repo"
    outside = tmp_path / "outside"
    workspace.mkdir()
    outside.mkdir()
    (workspace / "link").symlink_to(outside)
    action = files_action(
        [str(workspace / "a.py"), "link/b.py"],
        ["old.py"],
        "the diff",
        workspace=workspace,
        tool="edit",
        agent_id="agt_1",
        call_id="call_1",
    )
    assert (action.descriptor, *action.more_descriptors) == (
        "write:a.py",
        f"write:{outside}/b.py",
        "delete:old.py",
    )
    assert action.kind == "apply_patch"
    assert action.detail == "the diff"


def test_only_deleting_is_a_deletion(tmp_path: Path):
    action = files_action(
        [], ["old.py"], "", workspace=tmp_path, tool="rm", agent_id="agt_1", call_id="call_1"
    )
    assert (action.kind, action.descriptor) == ("delete_file", "delete:old.py")


def test_a_change_of_no_known_file_is_asked_as_such(tmp_path: Path):
    action = files_action([], [], "?", workspace=tmp_path, tool="edit", agent_id="agt_1", call_id="call_1")
    assert action.descriptor == "write:?"


def test_a_remote_tool_is_named_with_its_server():
    action = remote_tool_action("fs", "read", "{}", tool="mcp__fs__read", agent_id="agt_1", call_id="call_1")
    assert action.descriptor == "mcp:fs/read"
