"""Timestamps of the wire: ISO 8601 in UTC with milliseconds. Pure conversions only."""

from datetime import UTC, datetime


def format_ts(seconds: float) -> str:
    """`2026-01-01T00:00:00.000Z` of seconds since 1970."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_ts(ts: str) -> float | None:
    """Seconds since 1970 of a timestamp; None when it is empty or is none."""
    try:
        moment = datetime.fromisoformat(ts)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def elapsed_ms(start: str, end: str) -> int | None:
    """Milliseconds from one timestamp to another; None when either is none."""
    first, last = parse_ts(start), parse_ts(end)
    return None if first is None or last is None else max(0, round((last - first) * 1000))
