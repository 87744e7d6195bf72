from pathlib import Path

import pytest

from tests.agents import install


@pytest.fixture(scope="session")
def codex_programs() -> Path:
    return install.install("@openai/codex")


@pytest.fixture(scope="session")
def mcp_programs() -> Path:
    names = ("everything", "filesystem", "memory")
    return install.install(*(f"@modelcontextprotocol/server-{name}" for name in names))
