"""What a journal costs to follow: each line decoded, validated and reduced."""

import json

from benchmarks.journals import journal
from benchmarks.measure import AtMost, Measurement, compare, timed
from mogplex_contracts.codec import decode_event
from mogplex_contracts.reduce import replay

EVENTS = 20_000
ROUNDS = 11


def measure() -> tuple[Measurement, ...]:
    """Against parsing the same lines as JSON and doing nothing with them."""
    lines = journal(EVENTS)

    def decode_and_reduce() -> None:
        replay(decode_event(line) for line in lines)

    def decode_only() -> None:
        for line in lines:
            decode_event(line)

    def parse() -> None:
        for line in lines:
            json.loads(line)

    return (
        compare(
            "decode + validate + reduce an event",
            timed(decode_and_reduce),
            "`json.loads` of its line",
            timed(parse),
            unit="event",
            units=EVENTS,
            rounds=ROUNDS,
            budget=AtMost(4),
        ),
        compare(
            "decode + validate alone",
            timed(decode_only),
            "`json.loads` of its line",
            timed(parse),
            unit="event",
            units=EVENTS,
            rounds=ROUNDS,
        ),
    )
