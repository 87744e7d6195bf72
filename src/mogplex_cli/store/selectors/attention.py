"""What a person may want to be called for: what waits, and what has ended, over all runs that are known."""

from typing import TYPE_CHECKING, NamedTuple

from mogplex_cli.store.selectors.waiting import RISK_ORDER
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import RunStatus

if TYPE_CHECKING:
    from mogplex_contracts.events.link import RunSummary

TELLING: frozenset[RunStatus] = frozenset(("completed", "failed"))
"""Ends worth a call; who killed a run knows."""


class Waits(NamedTuple):
    """A decision waits. Its words are made only when they are said."""

    repo: str
    request: ApprovalRequested

    @property
    def words(self) -> str:
        """It in a line, free of control characters."""
        what = f"{one_line(self.request.tool, 40)} {one_line(self.request.target, 120)}"
        return f"{one_line(self.repo, 60)} waits for you · {self.request.risk} risk · {what}"


class AttentionProps(NamedTuple):
    """What calls now."""

    waiting: dict[str, Waits]
    """By approval id, the most dangerous first."""
    ended: "dict[str, RunSummary]"
    """By run id."""
    place: str
    """What the terminal's title says beside the count."""
    source: tuple[str, bool]
    """The run shown, and whether a daemon told of the others. What is new when this changes was there before."""


def select_attention(state: CockpitState) -> AttentionProps:
    """What calls now."""
    run = state.run
    others = [each for each in state.runs or () if each.run_id != run.run_id]
    waiting = [Waits(run.repo, pending.request) for pending in run.approvals.pending.values()]
    waiting += [Waits(each.repo, request) for each in others for request in each.waiting]
    waiting.sort(key=lambda each: RISK_ORDER[each.request.risk])
    ended = {each.run_id: each for each in others if each.status in TELLING}
    if run.status in TELLING:
        from mogplex_contracts.state.summary import run_summary

        ended[run.run_id] = run_summary(run)
    return AttentionProps(
        waiting={
            each.request.approval_id: each
            for each in waiting
            if each.request.approval_id not in state.deciding
        },
        ended=ended,
        place=one_line(run.repo or state.session.repo, 60),
        source=(run.run_id, state.runs is not None),
    )


def ended_words(run: "RunSummary") -> str:
    """The end of a run in a line, free of control characters."""
    return f"{one_line(run.repo, 60)} {run.status} · {one_line(run.task, 120)}"
