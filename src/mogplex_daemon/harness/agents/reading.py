"""Parts of what agents say, read without trust: what has another shape than it should is as if it were not there."""

import json
import math
import re
from typing import Any, cast

from mogplex_contracts.nesting import nests_deeper

Object = dict[str, Any]
"""One JSON object. What it holds is only known once it is looked at."""
LARGEST_COUNT = 2**53
"""No count is larger: beyond it numbers are not exact in every reader of the journal."""
DEEPEST = 100
"""Levels of a message: no agent has a use for more, and writers and readers of JSON have limits of their own."""
SUMMARY_CHARACTERS = 240


def read_json(line: bytes) -> Any:
    """The value of a line. Raises ValueError, also for what is nested too deep and for numbers that are none."""
    try:
        found = json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    # Most lines have fewer brackets than there may be levels.
    if line.count(b"[") + line.count(b"{") > DEEPEST and nests_deeper(found, DEEPEST):
        raise ValueError("it is nested too deep")
    return found


def as_object(value: object) -> Object:
    """A JSON object as it is; anything else as an empty one."""
    return cast("Object", value) if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Object]:
    """The objects of a list; what is none is left out."""
    return [cast("Object", each) for each in as_list(value) if isinstance(each, dict)]


def as_list(value: object) -> list[Any]:
    """A list as it is; anything else as an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def as_text(value: object) -> str:
    """A string as it is; anything else as an empty one."""
    return value if isinstance(value, str) else ""


def as_texts(value: object) -> list[str]:
    """The strings of a list; what is none is left out."""
    return [each for each in as_list(value) if isinstance(each, str)]


def as_count(value: object) -> int:
    """A number of something, such as tokens or milliseconds; what is none, or below 0, as 0."""
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) else 0
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return min(max(0, value), LARGEST_COUNT)


def as_amount(value: object) -> float:
    """A sum of money; what is none, or below 0, as 0."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0.0
    return float(min(max(0, value), LARGEST_COUNT))


def summary(text: str) -> str:
    """The first paragraph of an answer, shortened."""
    first = re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0]
    words = " ".join(first.split())
    return words if len(words) <= SUMMARY_CHARACTERS else f"{words[: SUMMARY_CHARACTERS - 1]}…"


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large a number")
    return number
