"""Ids: a prefix, an underscore and 12 lower-case base32 characters that sort by time.

The first seven characters are the clock in sixteenths of a second since 2025-01-01 UTC (35 bits, good
until 2093); the last five tell ids of one tick apart. The alphabet is Crockford's, whose order is that
of ASCII.
"""

import secrets
import time
from typing import Literal

Prefix = Literal["run", "agt", "call", "apr", "pat", "evt", "cmd", "msg", "cli", "ses"]

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
EPOCH_MS = 1_735_689_600_000
TAIL_VALUES = 32**5


def make_id(prefix: Prefix, clock_ms: int, tail: int) -> str:
    """The id of `prefix` at `clock_ms` (milliseconds since 1970, UTC); `tail` is taken modulo 32**5."""
    ticks = max(0, (clock_ms - EPOCH_MS) * 16 // 1000)
    return f"{prefix}_{_base32(ticks, 7)}{_base32(tail % TAIL_VALUES, 5)}"


def new_id(prefix: Prefix) -> str:
    """A fresh id from the wall clock and the system's randomness."""
    return make_id(prefix, time.time_ns() // 1_000_000, secrets.randbelow(TAIL_VALUES))


def _base32(value: int, width: int) -> str:
    characters: list[str] = []
    for _ in range(width):
        value, digit = divmod(value, 32)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))
