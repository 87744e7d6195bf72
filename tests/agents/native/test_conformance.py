from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents.conformance import Case, cases_for, conform
from tests.agents.native_world import NATIVE

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("case", cases_for(NATIVE), ids=lambda case: case.name)
async def test_native_conforms(case: Case, tmp_path: Path, record_property: Callable[[str, object], None]):
    await conform(NATIVE, case, tmp_path, record_property)
