"""The repository's memory: what is on the disk, with what this run read and wrote on top."""

from dataclasses import dataclass, replace

from mogplex_cli.store.selectors.facts import OBSERVING, agent_name, run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import one_line, visible

NEEDS_RUN = "deleting passes the gate of a run · /run <task> starts one"


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """One entry."""

    key: str
    name: str
    """The key, safe to show."""
    text: str
    """Whole."""
    by: str
    """Agent and run that wrote it last; the agent alone when it was this run."""
    at: str
    """When, ISO 8601; empty when unknown."""
    written: bool
    """Whether this run wrote it."""
    read: bool
    """Whether this run read it."""


@dataclass(frozen=True, slots=True)
class MemoryProps:
    """The drawer's values."""

    rows: tuple[MemoryRow, ...] = ()
    repo: str = ""
    writes: int = 0
    """How many times this run wrote."""
    empty: str = ""
    fixed: str = ""
    """Why nothing can be deleted now; empty when it can."""
    problem: str = ""


def select_memory(state: CockpitState) -> MemoryProps:
    """The drawer's values: this run's writes first, then by key."""
    run = state.run
    repo = run.repo or state.session.repo
    on_disk = state.memory if state.memory and state.memory.repo == repo else None
    rows: dict[str, MemoryRow] = {}
    for entry in on_disk.entries if on_disk else ():
        by = " of ".join(one_line(part, 40) for part in (entry.agent, entry.run_id) if part)
        rows[entry.key] = MemoryRow(
            entry.key,
            one_line(entry.key, 120),
            visible(entry.text),
            by,
            entry.updated,
            written=False,
            read=False,
        )
    for key, entry in run.memory.entries.items():
        before = rows.get(key)
        if entry.written or before is None:
            by = agent_name(run, entry.agent_id) if entry.written else ""
            rows[key] = MemoryRow(
                key,
                one_line(key, 120),
                visible(entry.text),
                by,
                entry.at,
                entry.written,
                read=not entry.written,
            )
        else:
            rows[key] = replace(before, read=True)
    order = sorted(rows.values(), key=lambda row: (not row.written, not row.read, row.key))
    return MemoryProps(
        rows=tuple(order),
        repo=one_line(repo, 60),
        writes=run.memory.writes,
        empty=""
        if rows
        else "nothing is remembered of this repository yet · agents ask before they write here",
        fixed=_fixed(state),
        problem=one_line(on_disk.problem) if on_disk else "",
    )


def _fixed(state: CockpitState) -> str:
    if state.session.observe:
        return OBSERVING
    return "" if run_is_active(state) else NEEDS_RUN
