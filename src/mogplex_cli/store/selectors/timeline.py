"""The timeline's window, and what grows at its tail."""

from dataclasses import dataclass, field

from mogplex_cli.store.selectors.facts import Stale, agent_name, harness_label, key_for, staleness
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.state.timeline import Timeline


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """A message or a reasoning that is being written."""

    message_id: str
    agent_id: str
    reasoning: bool
    text: str


@dataclass(frozen=True, slots=True)
class Welcome:
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
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Agent names by id."""
    live: tuple[LiveMessage, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict[str, str])
    """The end of what running tools wrote, by call id."""
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
        names={key: agent_name(run, key) for key in run.agents},
        live=tuple(
            LiveMessage(key, live.agent_id or "", live.reasoning, live.text)
            for key, live in run.live.messages.items()
        ),
        outputs={key: live.text for key, live in run.live.outputs.items()},
        now=state.now if run.approvals.pending else 0.0,
        welcome=welcome,
        stale=staleness(state),
    )
