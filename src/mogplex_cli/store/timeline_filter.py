"""Which entries of the timeline a person wants to see, as it is typed. Pure."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import get_args

from mogplex_contracts.entry_query import EntryQuery
from mogplex_contracts.state.timeline import EntryKind
from mogplex_contracts.vocabulary import Risk

KIND_WORDS: dict[str, tuple[EntryKind, ...]] = {
    "prompt": ("user", "run"),
    "thought": ("reasoning",),
    "change": ("patch",),
    "decision": ("approval",),
    "lifecycle": ("run", "agent"),
    "limit": ("usage",),
    "route": ("model",),
    "note": ("diagnostic",),
    **{kind: (kind,) for kind in get_args(EntryKind)},
}
"""What may be written after `kind:`: the kinds themselves, and the words people have for them."""
RISKS: tuple[Risk, ...] = get_args(Risk)
FIELDS = ("kind", "agent", "risk")
HOW = "kind:tool agent:forge risk:high, and words to look for"


@dataclass(frozen=True, slots=True)
class Filter:
    """All of it must hold; of each field, one of its values."""

    kinds: tuple[EntryKind, ...] = ()
    agents: tuple[str, ...] = ()
    """Names or ids, in small letters."""
    risks: tuple[Risk, ...] = ()
    words: tuple[str, ...] = ()
    """In small letters; each must stand somewhere in the entry."""
    text: str = ""
    """As it was typed."""

    def __bool__(self) -> bool:
        return bool(self.kinds or self.agents or self.risks or self.words)


NO_FILTER = Filter()
CYCLE: tuple[str, ...] = (
    "kind:prompt,message",
    "kind:tool",
    "kind:patch",
    "kind:approval",
    "risk:high",
    "kind:error,diagnostic,usage",
)
"""What one key turns through, from seeing everything and back to it."""


class NoFilter(ValueError):
    """What was typed says nothing that can be filtered by; the message says why, and how to write it."""


def parse_filter(text: str) -> Filter:
    """`kind:tool,patch agent:forge risk:high words` as a filter; raises NoFilter."""
    found = Filter(text=" ".join(text.split()))
    for word in text.split():
        field, colon, values = word.partition(":")
        if not colon or field.lower() not in FIELDS:
            found = replace(found, words=(*found.words, word.lower()))
            continue
        for value in filter(None, values.lower().split(",")):
            found = _with(found, field.lower(), value)
    return found


def turned(text: str) -> str:
    """The filter after this one in the cycle; empty for none."""
    place = CYCLE.index(text) + 1 if text in CYCLE else 0
    return CYCLE[place] if place < len(CYCLE) else ""


def query(wanted: Filter, search: str = "") -> EntryQuery:
    """The filter, and what is looked for among what it shows, as one question."""
    return EntryQuery(
        text=search, words=wanted.words, kinds=wanted.kinds, agents=wanted.agents, risks=wanted.risks
    )


def _with(found: Filter, field: str, value: str) -> Filter:
    match field:
        case "kind":
            return replace(found, kinds=(*found.kinds, *_kinds(value)))
        case "agent":
            return replace(found, agents=(*found.agents, value))
        case _:
            return replace(found, risks=(*found.risks, _risk(value)))


def _kinds(value: str) -> tuple[EntryKind, ...]:
    kinds = KIND_WORDS.get(value) or KIND_WORDS.get(value.removesuffix("s"))
    if kinds is None:
        near = get_close_matches(value, KIND_WORDS, n=1)
        hint = f"did you mean kind:{near[0]}?" if near else f"there are {', '.join(get_args(EntryKind))}"
        raise NoFilter(f"kind:{value[:30]} is no kind of entry · {hint}")
    return kinds


def _risk(value: str) -> Risk:
    for risk in RISKS:
        if risk == value:
            return risk
    raise NoFilter(f"risk:{value[:30]} is no risk · there are {', '.join(RISKS)}")
