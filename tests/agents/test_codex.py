from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents.codex_world import CODEX
from tests.agents.conformance import Case, cases_for, conform

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("case", cases_for(CODEX), ids=lambda case: case.name)
async def test_codex_conforms(case: Case, tmp_path: Path, record_property: Callable[[str, object], None]):
    await conform(CODEX, case, tmp_path, record_property)
