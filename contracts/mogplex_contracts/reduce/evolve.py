"""Copies of frozen models with some fields changed."""

from typing import TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)
Key = TypeVar("Key")
Value = TypeVar("Value")

_set = object.__setattr__
"""Writes past `frozen`, and is looked up once: a copy is filled before anyone else sees it."""


def evolve(model: Model, /, **changes: object) -> Model:
    """A copy of `model` with `changes` in it. Values are taken as they are: reducers only pass valid ones.

    The same as `model_copy(update=changes)`, at a quarter of its time: reducing an event makes several
    copies, and this is where the time of a long replay went. Unlike it, the copies share `model_extra`,
    which is safe because nobody changes a frozen model.
    """
    copied = object.__new__(type(model))
    _set(copied, "__dict__", model.__dict__ | changes)
    _set(copied, "__pydantic_fields_set__", model.__pydantic_fields_set__)
    _set(copied, "__pydantic_extra__", model.__pydantic_extra__)
    _set(copied, "__pydantic_private__", None)
    return copied


def put(mapping: dict[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    """A copy of `mapping` in which `key` has `value`."""
    return {**mapping, key: value}


def without(mapping: dict[Key, Value], key: Key) -> dict[Key, Value]:
    """A copy of `mapping` that has no `key`; the mapping itself when it had none."""
    if key not in mapping:
        return mapping
    return {each: value for each, value in mapping.items() if each != key}
