from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents.claude_world import CLAUDE_CODE
from tests.agents.conformance import Case, cases_for, conform

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("case", cases_for(CLAUDE_CODE), ids=lambda case: case.name)
async def test_claude_code_conforms(
    case: Case, tmp_path: Path, record_property: Callable[[str, object], None]
):
    await conform(CLAUDE_CODE, case, tmp_path, record_property)
