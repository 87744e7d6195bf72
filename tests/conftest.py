from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mogplex_daemon.home.event_loop import LOOP_OPTIONS

settings.register_profile(
    "mogplex", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("mogplex")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", LOOP_OPTIONS
