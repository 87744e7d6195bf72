"""The redaction funnel, which every line passes on its way into a journal."""

import json
from pathlib import Path

from benchmarks.journals import journal
from benchmarks.measure import Measurement, compare, timed
from mogplex_daemon.home.redaction import Redactor, known_secrets

EVENTS = 20_000
ROUNDS = 11
ENVIRONMENT = {
    "ANTHROPIC_API_KEY": "sk-ant-api03-" + "x4Q" * 20,
    "GITHUB_TOKEN": "ghp_" + "b7Z" * 12,
    "DATABASE_PASSWORD": "correct horse battery staple",
}
"""Secrets of a usual developer, so that exact values are looked for too."""


def measure() -> tuple[Measurement, ...]:
    """Against parsing the same lines as JSON."""
    lines = journal(EVENTS)
    redactor = Redactor(known_secrets(ENVIRONMENT, Path("no-auth.json")))

    def redact() -> None:
        for line in lines:
            redactor.line(line)

    def parse() -> None:
        for line in lines:
            json.loads(line)

    return (
        compare(
            "redaction of an event's line",
            timed(redact),
            "`json.loads` of its line",
            timed(parse),
            unit="event",
            units=EVENTS,
            rounds=ROUNDS,
        ),
    )
