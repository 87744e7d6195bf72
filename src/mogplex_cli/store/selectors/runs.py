"""Every run that is known, by what it asks of the person."""

from dataclasses import dataclass

from mogplex_cli.store.selectors.facts import (
    HARNESS_LABELS,
    NEEDS_DAEMON,
    harness_name,
    has_daemon,
    seconds_since,
)
from mogplex_cli.store.selectors.waiting import RISK_ORDER, all_runs
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.link import RunSummary
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES, Risk, RunStatus


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run."""

    run_id: str
    status: RunStatus
    task: str
    repo: str
    harness: str
    """What drives it; empty when unknown."""
    model: str
    """Empty when unknown, and when none is called."""
    age_s: int
    """Seconds since it began, or since it ended."""
    cost_usd: float | None
    """None when unknown."""
    waiting: int
    """Decisions it waits for."""
    risk: Risk | None
    """The highest among them; None when nothing waits."""
    waits_for: str
    """The first of that risk: tool and target."""
    shown: bool
    """Whether it is the one on the screen."""


@dataclass(frozen=True, slots=True)
class RunsProps:
    """The groups, each newest first; of those that need the person, the most dangerous."""

    needs_you: tuple[RunRow, ...] = ()
    working: tuple[RunRow, ...] = ()
    done: tuple[RunRow, ...] = ()
    empty: str = ""
    """What to say when there is no run; empty when there is one."""
    hint: str = ""
    """What is not in here, and how it would be."""


def select_runs(state: CockpitState) -> RunsProps:
    """The drawer's values."""
    rows = [_row(state, run) for run in all_runs(state)]
    done = [row for row in rows if row.status in FINAL_RUN_STATUSES]
    alive = [row for row in rows if row.status not in FINAL_RUN_STATUSES]
    needy = [row for row in alive if row.waiting or row.status == "paused"]
    needy.sort(key=lambda row: RISK_ORDER[row.risk] if row.risk else len(RISK_ORDER))
    asked = has_daemon(state) and state.runs is None
    return RunsProps(
        needs_you=tuple(needy),
        working=tuple(row for row in alive if not row.waiting and row.status != "paused"),
        done=tuple(done),
        empty="" if rows else "asking the daemon…" if asked else "no runs yet · /run <task> starts one",
        hint="" if has_daemon(state) else NEEDS_DAEMON,
    )


def _row(state: CockpitState, run: RunSummary) -> RunRow:
    first = min(run.waiting, key=lambda each: RISK_ORDER[each.risk], default=None)
    return RunRow(
        run_id=run.run_id,
        status=run.status,
        task=one_line(run.task, 200),
        repo=one_line(run.repo or run.cwd, 60),
        harness=harness_name(run.harness),
        model="" if run.harness in HARNESS_LABELS else one_line(run.model or "", 40),
        age_s=seconds_since(run.ended_at or run.started_at, state.now),
        cost_usd=run.cost_usd,
        waiting=len(run.waiting),
        risk=first.risk if first else None,
        waits_for=f"{one_line(first.tool, 40)} {one_line(first.target, 120)}" if first else "",
        shown=run.run_id == state.run.run_id,
    )
