import subprocess
import sys

import pytest

from mogplex_daemon.harness.registry import HARNESSES, UnknownHarness, find_harness


def test_every_entry_is_described_and_can_be_made():
    for entry in HARNESSES.values():
        assert entry.label
        assert "\n" not in entry.description
        assert entry.make() is not entry.make()


def test_the_demo_is_labelled_offline_demo():
    assert find_harness(" Demo ").label == "offline demo"


def test_an_unknown_name_is_answered_with_the_names_there_are():
    with pytest.raises(
        UnknownHarness,
        match=r"no harness 'codexx'; --harness takes one of: demo, native, codex, claude-code, ",
    ):
        find_harness("codexx")


@pytest.mark.parametrize(
    "statement",
    [
        "import mogplex_daemon.harness.registry",
        "import mogplex_daemon.harness.demo",
        "from mogplex_daemon.harness.registry import find_harness; find_harness('demo').make()",
        "from mogplex_daemon.harness.registry import find_harness; find_harness('native').make()",
        "import mogplex_daemon.runhost.setup",
    ],
)
def test_naming_and_making_a_harness_does_not_load_pydantic_ai(statement: str):
    code = f"{statement}\nimport sys\nassert 'pydantic_ai' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
