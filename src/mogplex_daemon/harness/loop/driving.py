"""How an agent's models are called: which one next, how often again, how full its context may become."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic_ai.models import Model

from mogplex_daemon.harness.loop.kept_history import KeptHistory
from mogplex_daemon.harness.model_access import ChosenModel


@dataclass(frozen=True, slots=True)
class Driving:
    """Of one agent."""

    choose: Callable[[], ChosenModel]
    """The model of the next call. Never raises."""
    model_of: Callable[[ChosenModel], Model]
    """What calls it."""
    retries: int = 0
    """How often one call is tried again when what went wrong may go by."""
    patience: float = 60.0
    """Seconds one call may wait in all, without those a provider asks for."""
    compact_at: float = 1.0
    """How full the context may become before what was said first is summed up: a fraction of the window."""
    kept: KeptHistory | None = None
    """Where its history is kept; None keeps none."""
    follow_ups: bool = True
    """Whether what people say after its turn begins another one."""
