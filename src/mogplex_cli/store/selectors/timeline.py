"""The timeline's window, how the person looks at it, and what grows at its tail."""

from dataclasses import dataclass, field
from typing import NamedTuple

from mogplex_cli.store.selectors.facts import Stale, agent_name, harness_label, key_for, staleness
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.timeline_view import TimelineView
from mogplex_contracts.state import RunState
from mogplex_contracts.state.patch import Patch
from mogplex_contracts.state.timeline import Timeline, TimelineEntry


class Welcome(NamedTuple):
    """What stands in an empty timeline."""

    harness: str
    starting: str
    """Id of the run being started, or empty."""
    help_key: str
    """The key that leads to every action."""


@dataclass(frozen=True, slots=True)
class TimelineProps:
    """The window and everything needed to tell of it."""

    run_id: str
    timeline: Timeline
    view: TimelineView = field(default_factory=TimelineView)
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Agent names by id."""
    writing: tuple[TimelineEntry, ...] = ()
    """Messages that are being written, as the entries they will be."""
    outputs: dict[str, str] = field(default_factory=dict[str, str])
    """The end of what running tools wrote, by call id."""
    patches: dict[str, Patch] = field(default_factory=dict[str, Patch])
    active: frozenset[int] = frozenset()
    """Entries that still run or wait: one that left the window and is none of them is over, whatever it says."""
    now: float = 0.0
    """Seconds since 1970; 0 while nothing shown depends on it."""
    welcome: Welcome | None = None
    stale: Stale | None = None


def select_timeline(state: CockpitState) -> TimelineProps:
    """The panel's values."""
    run = state.run
    welcome = None if run.run_id else Welcome(harness_label(state), state.starting, key_for(state, "help"))
    return TimelineProps(
        run_id=run.run_id,
        timeline=run.timeline,
        view=state.view,
        names={key: agent_name(run, key) for key in run.agents},
        writing=_writing(run),
        outputs={key: live.text for key, live in run.live.outputs.items()},
        patches=run.patches,
        active=frozenset(
            (
                *(call.entry for call in run.calls.values()),
                *(it.entry for it in run.approvals.pending.values()),
            )
        ),
        now=state.now if run.approvals.pending else 0.0,
        welcome=welcome,
        stale=staleness(state),
    )


def _writing(run: RunState) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(
            index=run.timeline.count + place,
            seq=None,
            ts="",
            kind="reasoning" if live.reasoning else "message",
            subject=live.text,
            agent_id=live.agent_id,
            status="running",
            ref=key,
        )
        for place, (key, live) in enumerate(run.live.messages.items())
    )
