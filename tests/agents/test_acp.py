from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agents.acp_world import GEMINI, OPENCODE
from tests.agents.conformance import Case, cases_for, conform

Record = Callable[[str, object], None]
pytestmark = pytest.mark.anyio

PATIENT_ENOUGH = "[agents]\npatience = 10\n"
FAILS_FOR_EVER = ("refused-credential", "rate-limit", "server-error")
"""opencode calls a model that fails again and again, and tells nobody. One that fails once has its time."""
OPENCODE_CASES = tuple(
    replace(case, config=PATIENT_ENOUGH) if case.name in FAILS_FOR_EVER else case
    for case in cases_for(OPENCODE)
)


@pytest.mark.parametrize("case", OPENCODE_CASES, ids=lambda case: case.name)
async def test_opencode_conforms(case: Case, tmp_path: Path, record_property: Record):
    await conform(OPENCODE, case, tmp_path, record_property)


@pytest.mark.parametrize("case", cases_for(GEMINI), ids=lambda case: case.name)
async def test_gemini_conforms(case: Case, tmp_path: Path, record_property: Record):
    await conform(GEMINI, case, tmp_path, record_property)
