"""How deep a JSON value is: readers and writers of JSON have limits, and not the same ones. Pure."""

from typing import Any, cast


def nests_deeper(value: object, levels: int) -> bool:
    """Whether lists and objects stand in each other more than `levels` deep."""
    if isinstance(value, dict):
        inner = list(cast("dict[Any, object]", value).values())
    elif isinstance(value, list):
        inner = cast("list[object]", value)
    else:
        return False
    return levels == 0 or any(nests_deeper(each, levels - 1) for each in inner)
