"""The cockpit's store under a flood: a second of 2,000 events in frames, for the subscribers a screen has."""

from collections.abc import Callable
from typing import Any

from benchmarks.journals import journal
from benchmarks.measure import Measurement, compare, timed
from mogplex_cli.store.selectors.agents import select_agents
from mogplex_cli.store.selectors.alerts import select_alerts
from mogplex_cli.store.selectors.approvals import select_approvals
from mogplex_cli.store.selectors.composer import select_composer
from mogplex_cli.store.selectors.context import select_context
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.selectors.footer import select_footer
from mogplex_cli.store.selectors.header import select_header
from mogplex_cli.store.selectors.mcp import select_mcp
from mogplex_cli.store.selectors.timeline import select_timeline
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.store import Store
from mogplex_contracts.codec import decode_event
from mogplex_contracts.reduce import replay

EVENTS = 2_000
EVENTS_A_FRAME = 67
"""What 2,000 events a second are to a pump that hands over thirty batches a second."""
EARLIER_EVENTS = 18_000
"""How old the run is, so that its timeline and its patches are full."""
ROUNDS = 21
SELECTORS: tuple[Callable[[CockpitState], Any], ...] = (
    select_header,
    select_alerts,
    select_agents,
    select_timeline,
    select_context,
    select_mcp,
    select_footer,
    select_composer,
    select_approvals,
    run_is_active,
)


def measure() -> tuple[Measurement, ...]:
    """Against reducing the same events with nobody watching."""
    events = [decode_event(line) for line in journal(EARLIER_EVENTS + EVENTS)]
    before, flood = replay(events[:EARLIER_EVENTS]), events[EARLIER_EVENTS:]
    frames = [flood[first : first + EVENTS_A_FRAME] for first in range(0, EVENTS, EVENTS_A_FRAME)]

    def apply() -> None:
        store = Store(CockpitState(run=before))
        for selector in SELECTORS:
            store.subscribe(selector, _draw_nothing)
        for frame in frames:
            store.apply(frame)

    return (
        compare(
            f"store, {EVENTS:,} events in batches, {len(SELECTORS)} subscribers",
            timed(apply),
            "`reduce` of the same events",
            timed(lambda: replay(flood, before)),
            unit="event",
            units=EVENTS,
            rounds=ROUNDS,
        ),
    )


def _draw_nothing(_: object) -> None:
    pass
