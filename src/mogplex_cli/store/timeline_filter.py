"""Which entries of the timeline a person wants to see, or looks for: typed as words, tested entry by entry. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import get_args

from mogplex_contracts.state.timeline import EntryKind, TimelineEntry
from mogplex_contracts.vocabulary import Risk

Predicate = Callable[[TimelineEntry], bool]

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
LANDMARKS: frozenset[EntryKind] = frozenset(("user", "approval", "error"))


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


def shows(wanted: Filter, names: Mapping[str, str]) -> Predicate:
    """Whether an entry passes the filter; `names` are the agents' names by id."""

    def passes(entry: TimelineEntry) -> bool:
        if wanted.kinds and entry.kind not in wanted.kinds:
            return False
        if wanted.risks and entry.risk not in wanted.risks:
            return False
        if wanted.agents:
            agent = entry.agent_id or ""
            if agent.lower() not in wanted.agents and names.get(agent, "").lower() not in wanted.agents:
                return False
        if not wanted.words:
            return True
        text = searched(entry, names).lower()
        return all(word in text for word in wanted.words)

    return passes


def holds(needle: str, names: Mapping[str, str]) -> Predicate:
    """Whether an entry has this text in it, letter case aside."""
    small = needle.lower()
    return lambda entry: small in searched(entry, names).lower()


def searched(entry: TimelineEntry, names: Mapping[str, str]) -> str:
    """Everything of an entry that can be found, a line a field."""
    name = names.get(entry.agent_id or "", "")
    detail = "" if entry.detail == entry.subject else entry.detail
    return "\n".join((entry.subject, name, entry.label, entry.note, detail))


def is_landmark(entry: TimelineEntry) -> bool:
    """Whether it is a prompt, an approval or an error: what one jumps to."""
    return entry.kind in LANDMARKS or (entry.kind == "run" and entry.label == "run")


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
