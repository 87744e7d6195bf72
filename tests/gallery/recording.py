"""A recorded run, on a pipe that stays open as that of an agent at work does."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager

from mogplex_contracts.clock import format_ts, parse_ts
from mogplex_contracts.codec import encode
from mogplex_contracts.reduce.evolve import evolve
from tests.cockpit import scenes

SECONDS = 83
"""How long the run has been going on when it is shown."""


@contextmanager
def recording() -> Generator[int]:
    """The end to read from."""
    events = scenes.scene(scenes.work, scenes.streams)
    later = time.time() - SECONDS - scenes.START
    take, give = os.pipe()
    try:
        for event in events:
            at = parse_ts(event.ts)
            moved = event if at is None else evolve(event, ts=format_ts(at + later))
            os.write(give, encode(moved) + b"\n")
        yield take
    finally:
        os.close(give)
        os.close(take)
