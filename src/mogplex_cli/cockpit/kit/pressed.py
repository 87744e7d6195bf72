"""When a key was pressed: a busy cockpit comes to it later, and what a person saw is what was there before that."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.events import Event

_waited: ContextVar[float] = ContextVar("waited", default=0.0)


def waited() -> float:
    """For how many seconds the key whose action runs now waited until it was handled."""
    return _waited.get()


@contextmanager
def handling(seconds: float) -> Generator[None]:
    """What runs in here is what a key does that has waited for so long."""
    token = _waited.set(seconds)
    try:
        yield
    finally:
        _waited.reset(token)


def pressed_at(event: "Event") -> float:
    """The time on the clock that never jumps."""
    return event.time
