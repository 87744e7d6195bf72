from pathlib import Path

import pytest

from mogplex_daemon.home.paths import Home
from tests.support.repository import make_repository
from tests.support.run_host import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"))
