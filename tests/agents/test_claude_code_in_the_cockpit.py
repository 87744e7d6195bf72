"""The main job with Claude Code as a person does it: keys in a real terminal, the real program, a model on loopback."""

from pathlib import Path

from tests.agents.at_the_keys import BEGINS, SLOW, at_the_keys
from tests.agents.claude_world import claude_world
from tests.agents.script import MAIN, Run, Say, WriteFile

NOTE = "keep the old name"


def test_a_person_supervises_claude_code_from_the_first_key_to_the_kill(tmp_path: Path):
    script = {
        MAIN: [
            [Say("I look."), Run("touch one")],
            [WriteFile("two", "no\n")],
            [Run(SLOW)],
            [Say("I take another course."), Run("touch three")],
        ]
    }
    with claude_world(tmp_path, script) as world, at_the_keys(tmp_path, world, "claude-code") as person:
        person.starts("greet people")
        person.approves("touch one")
        person.rejects("two", NOTE)
        person.approves("echo it")
        person.waits_for_the_slow_command()
        person.terminal.wait_for("│ it begins")
        person.switches_model("fake-2")
        person.interrupts()
        person.terminal.wait_for("touch three")
        person.kills()
    assert sorted(path.name for path in person.workspace.iterdir()) == [".git", BEGINS, "one"]
    assert world.models() == [*["claude-sonnet-4-5"] * 3, "fake-2"]
    assert NOTE in world.heard()
    assert person.decided[:4] == [
        ("run_command", "approved", ""),
        ("apply_patch", "rejected", NOTE),
        ("run_command", "approved", ""),
        ("change_model", "approved", ""),
    ]
    assert person.chosen == ["fake-2"]
