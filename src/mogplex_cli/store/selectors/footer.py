"""The footer's changing parts; which keys it teaches is the screen's business."""

from dataclasses import dataclass

from mogplex_cli.store.state import CockpitState


@dataclass(frozen=True, slots=True)
class FooterProps:
    """What the footer counts."""

    waiting: int
    """Approvals that wait for the person."""
    last_seq: int
    """The last journaled event shown; 0 before any."""


def select_footer(state: CockpitState) -> FooterProps:
    """The footer's values."""
    waiting = sum(key not in state.deciding for key in state.run.approvals.pending)
    return FooterProps(waiting, state.run.last_seq)
