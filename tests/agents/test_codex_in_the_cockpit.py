"""The main job with codex as a person does it: keys in a real terminal, the real program, a model on loopback."""

from pathlib import Path

from tests.agents.at_the_keys import ESCAPE, SLOW, at_the_keys
from tests.agents.codex_world import codex_world
from tests.agents.script import MAIN, Run, Say, WriteFile

NOTE = "put it into the workspace"


def test_a_person_supervises_codex_from_the_first_key_to_the_kill(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    script = {
        MAIN: [
            [Say("I look."), Run(f"touch {outside}/one", asks=True)],
            [WriteFile(f"{outside}/two", "no")],
            [Run(SLOW)],
            [Say("I take another course."), Run(SLOW)],
        ]
    }
    with codex_world(tmp_path, script) as world, at_the_keys(tmp_path, world, "codex") as person:
        person.starts("greet people")
        person.approves("outside/one", twice=True)
        person.rejects("outside/two", NOTE)
        person.waits_for_the_slow_command()
        person.switches_model("fake-2")
        person.interrupts()
        person.waits_for_the_slow_command()
        person.terminal.type(ESCAPE)
        person.terminal.wait_for("I take another course.")
        person.kills()
    assert [path.name for path in outside.iterdir()] == ["one"]
    assert world.models() == ["fake-1", "fake-1", "fake-1", "fake-2"]
    assert NOTE in world.heard()
    assert person.decided == [
        ("run_command", "approved", ""),
        ("apply_patch", "rejected", NOTE),
        ("change_model", "approved", ""),
    ]
    assert person.chosen == ["fake-2"]
