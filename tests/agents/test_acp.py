from pathlib import Path

import pytest

from tests.agents.acp_world import GEMINI, OPENCODE
from tests.agents.conformance import Case, cases_for, conform

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("case", cases_for(OPENCODE), ids=lambda case: case.name)
async def test_opencode_conforms(case: Case, tmp_path: Path):
    await conform(OPENCODE, case, tmp_path)


@pytest.mark.parametrize("case", cases_for(GEMINI), ids=lambda case: case.name)
async def test_gemini_conforms(case: Case, tmp_path: Path):
    await conform(GEMINI, case, tmp_path)
