"""An entry of the timeline as text to take elsewhere: what was said or written, without the cockpit's columns. Pure."""

from collections.abc import Mapping, Sequence

from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import visible

SAID = frozenset(("user", "message", "reasoning"))


def entry_text(entry: TimelineEntry, run: RunState) -> str:
    """All of it: a message as it was written, a command with its output, a patch with its diff."""
    if entry.kind in SAID:
        return visible(entry.detail or entry.subject).strip()
    patch = run.patches.get(entry.ref or "")
    live = run.live.outputs.get(entry.ref or "")
    detail = "" if entry.detail.strip() == entry.subject.strip() else entry.detail
    parts = (_fact(entry), detail, patch.diff if patch else "", live.text if live else "")
    return "\n".join(visible(part).rstrip() for part in parts if part.strip())


def entries_text(entries: Sequence[TimelineEntry], run: RunState, names: Mapping[str, str]) -> str:
    """One entry as it is; several with who it was of before each."""
    if len(entries) == 1:
        return entry_text(entries[0], run)
    return "\n\n".join(f"[{_who(entry, names)}] {entry_text(entry, run)}" for entry in entries)


def _who(entry: TimelineEntry, names: Mapping[str, str]) -> str:
    name = "you" if entry.kind == "user" else names.get(entry.agent_id or "", "") or entry.kind
    return f"{entry.ts[11:19]} {name}".strip()


def _fact(entry: TimelineEntry) -> str:
    if entry.kind == "tool" and entry.label == "run_command":
        return f"$ {entry.subject}"
    label = entry.label if entry.label and entry.label != entry.kind else ""
    return " ".join(part for part in (label, entry.subject, f"({entry.note})" if entry.note else "") if part)
