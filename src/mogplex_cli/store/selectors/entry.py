"""One timeline entry, opened."""

from dataclasses import dataclass

from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import visible


@dataclass(frozen=True, slots=True)
class EntryProps:
    """The entry with everything known of it."""

    entry: TimelineEntry | None
    """None when it has left the window."""
    agent: str = ""
    subject: str = ""
    detail: str = ""
    diff: str = ""
    """The whole diff, for patches."""
    output: str = ""
    """What a running tool has written so far."""
    place: int = 0
    """From 1."""
    count: int = 0


def select_entry(state: CockpitState) -> EntryProps:
    """The drawer's values; the drawer's argument is the index of the entry."""
    argument = state.drawer.argument if state.drawer else ""
    run = state.run
    entry = run.timeline.get(int(argument)) if argument.isdecimal() else None
    if entry is None:
        return EntryProps(None)
    patch = run.patches.get(entry.ref or "")
    live = run.live.outputs.get(entry.ref or "")
    return EntryProps(
        entry=entry,
        agent=agent_name(run, entry.agent_id),
        subject=visible(entry.subject),
        detail=visible(entry.detail),
        diff=visible(patch.diff) if patch else "",
        output=visible(live.text) if live else "",
        place=entry.index + 1,
        count=run.timeline.count,
    )
