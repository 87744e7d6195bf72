"""Hypothesis strategies for the contracts: any model, any event, any plausible run."""

import types
import typing
from collections.abc import Sequence
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mogplex_contracts.commands import Command
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.events import Event, RunFact
from mogplex_contracts.events.link import LinkEvent
from mogplex_contracts.events.message import AssistantDelta, ReasoningDelta
from mogplex_contracts.events.tool import ToolOutput
from mogplex_contracts.reduce.evolve import evolve

TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
POOLS: dict[str, Sequence[str]] = {
    "agent_id": ("agt_1", "agt_2"),
    "call_id": ("call_1", "call_2", "call_3"),
    "approval_id": ("apr_1", "apr_2", "apr_3"),
    "patch_id": ("pat_1", "pat_2"),
    "message_id": ("msg_1", "msg_2"),
    "key": ("review/a", "review/b"),
    "server": ("linear", "github"),
    "path": ("AGENTS.md", "src/a.py"),
}
"""Few ids, so that the events of a random run are about each other."""
LIVE_ONLY = (AssistantDelta, ReasoningDelta, ToolOutput)


def members(union: Any) -> tuple[type[Any], ...]:
    """The models of a union of unions."""
    if isinstance(union, type):
        return (union,)
    return tuple(model for part in get_args(union) for model in members(part))


FACTS = members(RunFact)
LINKS = members(LinkEvent)
COMMANDS = members(Command)


def instances(model: type[BaseModel], **chosen: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any valid value of `model`; `chosen` strategies replace those of single fields."""
    fields = {
        name: chosen.get(name, _field(field))
        for name, field in model.model_fields.items()
        if not field.exclude and name != "type"
    }
    return st.fixed_dictionaries({}, optional=_optional(model, fields)).flatmap(
        lambda some: st.fixed_dictionaries(_required(model, fields)).map(lambda rest: model(**some, **rest))
    )


def facts(model: type[EventBase]) -> st.SearchStrategy[Any]:
    """An event of a run whose ids come from POOLS, without a place in a journal."""
    chosen: dict[str, st.SearchStrategy[Any]] = {
        name: st.sampled_from(pool) for name, pool in POOLS.items() if name in model.model_fields
    }
    return instances(
        model, seq=st.none(), run_id=st.just("run_1"), ts=st.just("2026-01-01T00:00:00.000Z"), **chosen
    )


def journals(max_size: int = 30) -> st.SearchStrategy[list[Event]]:
    """The events of a run in an order nobody would expect, numbered as a journal numbers them."""
    return st.lists(st.sampled_from(FACTS).flatmap(facts), max_size=max_size).map(numbered)


def numbered(events: Sequence[Event]) -> list[Event]:
    """The same events with their places in a journal; live-only ones keep none."""
    placed: list[Event] = []
    seq = 0
    for event in events:
        if not isinstance(event, LIVE_ONLY):
            seq += 1
            event = evolve(event, seq=seq)
        placed.append(event)
    return placed


def _optional(model: type[BaseModel], fields: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    return {name: each for name, each in fields.items() if not model.model_fields[name].is_required()}


def _required(model: type[BaseModel], fields: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    return {name: each for name, each in fields.items() if model.model_fields[name].is_required()}


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    at_least = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    at_most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    shortest = next((each.min_length for each in field.metadata if hasattr(each, "min_length")), 0)
    return _of(field.annotation, at_least, at_most, shortest)


def _of(
    kind: Any, at_least: int | None = None, at_most: int | None = None, shortest: int = 0
) -> st.SearchStrategy[Any]:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of(*(_of(part, at_least, at_most) for part in parts))
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        return st.lists(_of(parts[0]), min_size=shortest, max_size=shortest + 2).map(tuple)
    if origin is dict:
        return st.dictionaries(_of(parts[0]), _of(parts[1]), max_size=2)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        bool: st.booleans(),
        int: st.integers(0 if at_least is None else at_least, 10**9 if at_most is None else at_most),
        float: st.floats(0, 10**6, allow_nan=False),
        type(None): st.none(),
        typing.Any: JSON,
    }
    return simple[kind] if kind in simple else instances(kind)
