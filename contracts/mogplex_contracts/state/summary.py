"""A run as it stands in a list. Pure."""

from mogplex_contracts.events.link import RunSummary
from mogplex_contracts.state.run import RunState


def run_summary(run: RunState) -> RunSummary:
    """What lists and inboxes show of a run."""
    return RunSummary(
        run_id=run.run_id,
        status=run.status,
        task=run.task,
        repo=run.repo,
        cwd=run.cwd,
        harness=run.harness,
        model=run.model,
        started_at=run.started_at,
        ended_at=run.ended_at,
        cost_usd=run.usage.total.cost_usd,
        waiting=tuple(pending.request for pending in run.approvals.pending.values()),
    )
