from pathlib import Path

import pytest

from mogplex_daemon.home.credentials import VARIABLES
from mogplex_daemon.home.paths import Home
from tests.support.repository import make_repository
from tests.support.run_host import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Hosts of the native harness; nothing of this machine can call a model."""
    bench = Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"))
    bench.environ = dict.fromkeys(VARIABLES, "")
    return bench


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
