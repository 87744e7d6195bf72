import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "mogplex", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("mogplex")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
