from pathlib import Path

import pytest

from tests.agents import install


@pytest.fixture(scope="session")
def codex_programs() -> Path:
    return install.install("@openai/codex")
