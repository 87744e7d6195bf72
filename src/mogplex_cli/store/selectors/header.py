"""The header: where we are, what works, on whose terms."""

from typing import Literal, NamedTuple

from mogplex_cli.store.selectors.facts import harness_label, model_name, run_is_active, seconds_since
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.clock import parse_ts
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import ConnectionHealth, PermissionMode, RunMode, RunStatus, SandboxLevel


class HeaderProps(NamedTuple):
    """Everything the header may show."""

    repo: str
    branch: str | None
    dirty: bool | None
    """None without git."""
    model: str | None
    """None when unknown, and when none is called."""
    harness: str
    """The label of a harness that must be named; empty otherwise."""
    mode: RunMode
    status: RunStatus | Literal["starting"]
    elapsed_s: int | None
    """Seconds the run took so far; None before any run."""
    permission_mode: PermissionMode
    next_mode: PermissionMode | None
    """The mode of the next run, when it is another."""
    sandbox: SandboxLevel | None
    """How well the run's commands are confined; None when nothing is known of it."""
    dead_denies: int
    tokens: int | None
    """None while nothing was reported."""
    cost_usd: float | None
    """None when no price is known."""
    unpriced: bool
    """Whether a part of the tokens has no known price."""
    health: ConnectionHealth
    observing: bool
    """Whether nothing here can change a run."""


def select_header(state: CockpitState) -> HeaderProps:
    """The header's values."""
    run, session = state.run, state.session
    shown = bool(run.run_id)
    active = run_is_active(state)
    mode = run.permission_mode if active else session.permission_mode
    usage = run.usage.total
    return HeaderProps(
        repo=one_line(run.repo or session.repo, 60),
        branch=one_line(branch, 60) if (branch := run.branch if shown else session.branch) else None,
        dirty=_dirty(state) if shown else session.dirty,
        # What is named so calls no model: a name of one beside it would say so twice.
        model=None if harness_label(state) else model_name(state),
        harness=harness_label(state),
        mode=run.mode,
        status="starting" if state.starting and not shown else run.status,
        elapsed_s=_elapsed(state) if shown else None,
        permission_mode=mode,
        next_mode=session.permission_mode if session.permission_mode != mode else None,
        sandbox=run.sandbox if shown else None,
        dead_denies=session.dead_denies,
        tokens=usage.input_tokens + usage.output_tokens if run.usage.reports else None,
        cost_usd=usage.cost_usd,
        unpriced=usage.unpriced > 0,
        health=state.connection.health,
        observing=session.observe,
    )


def _dirty(state: CockpitState) -> bool | None:
    """Of the run's workspace, which need not be where this cockpit was opened."""
    run, session = state.run, state.session
    return session.dirty if run.workspace.dirty is None and run.cwd == session.cwd else run.workspace.dirty


def _elapsed(state: CockpitState) -> int:
    end = parse_ts(state.run.ended_at)
    return seconds_since(state.run.started_at, state.now if end is None else end)
