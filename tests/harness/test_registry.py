import subprocess
import sys

import pytest

from mogplex_daemon.harness.base import HarnessFailed, RunSpec
from mogplex_daemon.harness.native import NativeHarness
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
        UnknownHarness, match=r"no harness 'codexx'; --harness takes one of: demo, native, codex, claude-code, "
    ):
        find_harness("codexx")


@pytest.mark.parametrize(
    "statement",
    [
        "import mogplex_daemon.harness.registry",
        "import mogplex_daemon.harness.demo",
        "from mogplex_daemon.harness.registry import find_harness; find_harness('demo').make()",
    ],
)
def test_naming_and_making_a_harness_does_not_load_pydantic_ai(statement: str):
    code = f"{statement}\nimport sys\nassert 'pydantic_ai' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.anyio
async def test_the_native_harness_says_that_it_has_no_model(tmp_path, make_stage):
    with pytest.raises(
        HarnessFailed, match="no model provider in this version; start with --harness demo"
    ) as f:
        await NativeHarness().run(make_stage(RunSpec("run_1", "hi", tmp_path)))
    assert f.value.code == "no_model"
