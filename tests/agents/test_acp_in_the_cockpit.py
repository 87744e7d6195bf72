"""The main job with opencode and Gemini CLI as a person does it: keys in a real terminal, the real programs, a model
on loopback."""

from pathlib import Path

import pytest

from tests.agents.acp_world import GEMINI, OPENCODE
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.at_the_keys import BEGINS, SLOW, at_the_keys
from tests.agents.script import MAIN, Run, Say, WriteFile

NOTE = "put it elsewhere"


@pytest.mark.parametrize(
    ("agent", "model"),
    [(OPENCODE, "fake-2"), (GEMINI, "gemini-2.5-pro")],
    ids=lambda each: each if isinstance(each, str) else each.harness,
)
def test_a_person_supervises_it_from_the_first_key_to_the_kill(
    tmp_path: Path, agent: AgentUnderTest, model: str
):
    script = {
        MAIN: [
            [Say("I look."), Run("touch one")],
            [WriteFile("two.md", "no")],
            [Run(SLOW)],
            [Say("I take another course."), Run("touch three")],
        ]
    }
    with agent.world(tmp_path, script) as world, at_the_keys(tmp_path, world, agent.harness) as person:
        person.starts("tidy the folder")
        person.approves("touch one")
        person.rejects("two.md", NOTE)
        person.approves("echo it")
        person.waits_for_the_slow_command()
        person.switches_model(model)
        person.interrupts()
        person.terminal.wait_for("touch three")
        person.kills()
    assert sorted(path.name for path in person.workspace.iterdir()) == [".git", BEGINS, "one"]
    # Another model works from the next turn on, and an interrupt begins one.
    assert model not in world.models()[0]
    assert world.models()[-1].endswith(model)
    assert NOTE in world.heard()
    assert person.decided[:4] == [
        ("run_command", "approved", ""),
        ("apply_patch", "rejected", NOTE),
        ("run_command", "approved", ""),
        ("change_model", "approved", ""),
    ]
    assert person.chosen == [model]
