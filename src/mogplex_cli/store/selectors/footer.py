"""The footer's changing parts; which keys it teaches is the screen's business."""

from typing import NamedTuple

from mogplex_cli.store.selectors.facts import staleness
from mogplex_cli.store.selectors.waiting import waiting_anywhere, waiting_elsewhere
from mogplex_cli.store.state import CockpitState


class FooterProps(NamedTuple):
    """What the footer counts."""

    waiting: int
    """Approvals of the run shown that wait for the person."""
    inbox: int
    """The same of all runs together, as the inbox lists them; 0 while none of them is of another run."""
    in_step: int
    """The last event at which the host's state was found to be the one shown; 0 before, and when it is not."""


def select_footer(state: CockpitState) -> FooterProps:
    """The footer's values."""
    waiting = sum(key not in state.deciding for key in state.run.approvals.pending)
    step = state.step
    inbox = len(waiting_anywhere(state)) if waiting_elsewhere(state) else 0
    return FooterProps(waiting, inbox, 0 if step.differs_at or staleness(state) else step.seq)
