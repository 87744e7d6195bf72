"""The timeline as plain text, an entry after the other, for the terminal's own screen. Pure."""

from collections.abc import Iterator
from datetime import tzinfo

from mogplex_cli.cockpit.cells.base import CellContext
from mogplex_cli.cockpit.kit.words import clock_time
from mogplex_cli.plain.entries import entry_lines
from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import visible


def transcript(state: CockpitState, zone: tzinfo | None) -> Iterator[str]:
    """Everything at hand, oldest first; what is not is said, and where to get it."""
    run = state.run
    older = state.view.older
    newest = run.timeline
    first = min(older.first, newest.first) if older.kept else newest.first
    context = CellContext(
        names={key: agent_name(run, key) for key in run.agents},
        outputs={key: live.text for key, live in run.live.outputs.items()},
        now=state.now,
        zone=zone,
    )
    yield f"Mogplex · {run.run_id} · {visible(run.task)}"
    if first:
        yield f"{first:,} earlier entries are in the journal · /export markdown timeline writes all of them"
    before = first
    for timeline in (older, newest):
        for entry in timeline.entries():
            if entry.index < before:
                continue
            if entry.index > before:
                yield f"… {entry.index - before:,} entries between are in the journal …"
            before = entry.index + 1
            told, *more = entry_lines(entry, context)
            yield f"{clock_time(entry.ts, zone)}  {told}"
            yield from (f"          {line}" for line in more)
