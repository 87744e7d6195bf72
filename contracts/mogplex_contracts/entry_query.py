"""Which entries of a timeline are meant: asked by who looks at it, answered wherever its entries are. Pure."""

from collections.abc import Callable, Mapping

from mogplex_contracts.base import Wire
from mogplex_contracts.state.timeline import EntryKind, TimelineEntry
from mogplex_contracts.vocabulary import Risk

Predicate = Callable[[TimelineEntry], bool]

LANDMARKS: frozenset[EntryKind] = frozenset(("user", "approval", "error"))


class EntryQuery(Wire):
    """All of it must hold; of each field with several values, one of them. Empty means every entry."""

    text: str = ""
    """What stands somewhere in the entry, letter case aside."""
    words: tuple[str, ...] = ()
    """In small letters; each stands somewhere in the entry."""
    kinds: tuple[EntryKind, ...] = ()
    """What it may tell of."""
    agents: tuple[str, ...] = ()
    """Whose it may be: names or ids, in small letters."""
    risks: tuple[Risk, ...] = ()
    """How risky it may be, for approvals."""
    landmarks: bool = False
    """Only prompts, approvals and errors."""


def passes(query: EntryQuery, names: Mapping[str, str]) -> Predicate:
    """Whether an entry is meant; `names` are the agents' names by id."""
    needles = tuple(text.lower() for text in (query.text, *query.words) if text)

    def test(entry: TimelineEntry) -> bool:
        if query.landmarks and not is_landmark(entry):
            return False
        if query.kinds and entry.kind not in query.kinds:
            return False
        if query.risks and entry.risk not in query.risks:
            return False
        if query.agents:
            agent = entry.agent_id or ""
            if agent.lower() not in query.agents and names.get(agent, "").lower() not in query.agents:
                return False
        if not needles:
            return True
        text = searched(entry, names).lower()
        return all(needle in text for needle in needles)

    return test


def searched(entry: TimelineEntry, names: Mapping[str, str]) -> str:
    """Everything of an entry that can be found, a line a field."""
    name = names.get(entry.agent_id or "", "")
    detail = "" if entry.detail == entry.subject else entry.detail
    return "\n".join((entry.subject, name, entry.label, entry.note, detail))


def is_landmark(entry: TimelineEntry) -> bool:
    """Whether it is a prompt, an approval or an error: what one jumps to."""
    return entry.kind in LANDMARKS or (entry.kind == "run" and entry.label == "run")
