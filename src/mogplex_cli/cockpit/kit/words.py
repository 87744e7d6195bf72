"""Numbers and times as the cockpit writes them."""

from datetime import datetime, tzinfo

from mogplex_contracts.clock import parse_ts


def clock_time(ts: str, zone: tzinfo | None) -> str:
    """`12:04:31` of a timestamp, in `zone`; None is the zone of this machine. Spaces when it is none."""
    seconds = parse_ts(ts)
    return " " * 8 if seconds is None else f"{datetime.fromtimestamp(seconds, zone):%H:%M:%S}"


def minutes(seconds: int) -> str:
    """`0:42`, `12:04`, `1:02:03`."""
    hours, rest = divmod(seconds, 3600)
    whole, left = divmod(rest, 60)
    return f"{hours}:{whole:02d}:{left:02d}" if hours else f"{whole}:{left:02d}"


def ago(seconds: int) -> str:
    """`12 s`, `4 min`, `3 h`, `2 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def duration(milliseconds: int) -> str:
    """`12 ms`, `4.1 s`, `2:05`."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 99_950:
        return f"{milliseconds / 1000:.1f} s"
    return minutes(milliseconds // 1000)


def count(number: int) -> str:
    """`812`, `12.4k`, `3.1M`."""
    if number < 1000:
        return str(number)
    if number < 999_950:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def money(cost_usd: float | None, unpriced: bool = False) -> str:
    """`$0.31`; `unknown` when no price is known; `$0.31+` when a part has none. Never 0 for the unknown."""
    if cost_usd is None:
        return "unknown"
    more = "+" if unpriced else ""
    if 0 < cost_usd < 0.01:
        return f"<$0.01{more}"
    return f"${cost_usd:,.2f}{more}"


def plain(word: str) -> str:
    """A word of the vocabulary for people: `waiting_for_approval` becomes `waiting for approval`."""
    return word.replace("_", " ")


def day_and_time(ts: str, zone: tzinfo | None) -> str:
    """`2026-01-01 12:04` of a timestamp, in `zone`; None is the zone of this machine. Empty when it is none."""
    seconds = parse_ts(ts)
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, zone):%Y-%m-%d %H:%M}"
