"""The diffs of the run as the Diff drawer shows them: what waits, what the whole run has changed, then each patch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mogplex_cli.store.offers import WholeFile
from mogplex_cli.store.selectors.approvals import shown_text
from mogplex_cli.store.selectors.facts import agent_name, harness_name, no_deciding
from mogplex_cli.store.selectors.waiting import shown
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import RunSummary
from mogplex_contracts.state import RunState
from mogplex_contracts.state.patch import Patch
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import Risk

RUN = "run"
"""The key of the diff of the whole run."""


@dataclass(frozen=True, slots=True)
class DiffSource:
    """One diff, and what can be done about it."""

    key: str
    """Id of the patch; of the approval when it belongs to no patch; RUN for all that the run has changed."""
    diff: str
    """Unified; of what waits exactly what its digest is of. Empty when the state does not have it any more."""
    who: str
    status: Literal["waits", "approving", "rejecting", "proposed", "applied", "rejected"]
    note: str = ""
    """Why it was rejected, or where the diff is when it is not here."""
    approval_id: str = ""
    """The approval that decides it; empty when nothing does."""
    shown: str = ""
    """The argument of a decision about it."""
    risk: Risk = "low"
    hunks: int = 0
    """How many hunks can be kept or dropped singly; 0 when only the whole can be decided."""
    kept_hunks: tuple[int, ...] | None = None
    """The hunks that were applied, when a person dropped the others."""


@dataclass(frozen=True, slots=True)
class DiffProps:
    """All diffs, and what is so for all of them."""

    sources: tuple[DiffSource, ...] = ()
    first: str = ""
    """The key to begin with; empty for the first."""
    off: str = ""
    """Why nothing can be decided now; empty when it can."""
    whole_file: WholeFile | None = None
    """A file to be shown around its hunks."""
    elsewhere: bool = False
    """Whether they are of a run that is not on the screen: its agents cannot be spoken to from here."""


def select_diff(state: CockpitState) -> DiffProps:
    """The drawer's values; its argument is a key."""
    drawer = state.drawer
    elsewhere = drawer is not None and bool(drawer.run_id)
    return DiffProps(
        _of_another(state, drawer.run_id) if drawer is not None and elsewhere else diff_sources(state),
        first=drawer.argument if drawer and drawer.name == "diff" else "",
        off=no_deciding(state) or "",
        whole_file=state.whole_file,
        elsewhere=elsewhere,
    )


def diff_workspace(state: CockpitState) -> str:
    """The workspace of the run whose diffs are shown."""
    other = _other_run(state, state.drawer.run_id) if state.drawer is not None else None
    return other.cwd if other is not None else state.run.cwd


def _other_run(state: CockpitState, run_id: str) -> RunSummary | None:
    return next((run for run in state.runs or () if run.run_id == run_id), None)


def _of_another(state: CockpitState, run_id: str) -> tuple[DiffSource, ...]:
    """What waits in a run that is not on the screen: all that is known of its changes."""
    run = _other_run(state, run_id)
    if run is None:
        return ()
    who = f"{harness_name(run.harness) or 'an agent'} in {one_line(run.repo or run.cwd, 40)}"
    return tuple(
        _waiting(state, request, run_id, who) for request in run.waiting if request.action == "apply_patch"
    )


def diff_sources(state: CockpitState) -> tuple[DiffSource, ...]:
    """What waits, the oldest first; then what the whole run has changed; then all other patches, the newest first."""
    run = state.run
    waiting = [pending.request for pending in run.approvals.pending.values()]
    asked = [each for each in waiting if each.action == "apply_patch"]
    open_patches = {each.patch_id for each in asked}
    return (
        *(_waiting(state, each, run.run_id, agent_name(run, each.agent_id)) for each in asked),
        *_whole_run(run),
        *(_past(run, each) for each in reversed(run.patches.values()) if each.patch_id not in open_patches),
    )


def _whole_run(run: RunState) -> Iterator[DiffSource]:
    """What is different since the run began, whoever changed it and by whatever means; nothing before a first turn."""
    changes = run.changes
    if changes.turn == 0 or not changes.diff:
        return
    note = "all that is different since the run began, whoever changed it"
    if changes.artifact is not None:
        note = f"the diff was too long to be shown whole · {one_line(changes.artifact.path, 200)}"
    yield DiffSource(key=RUN, diff=shown_text(changes.diff), who="the whole run", status="applied", note=note)


def _waiting(state: CockpitState, request: ApprovalRequested, run_id: str, who: str) -> DiffSource:
    sent = state.deciding.get(request.approval_id)
    return DiffSource(
        key=request.patch_id or request.approval_id,
        diff=shown_text(request.detail),
        who=who,
        status="waits" if sent is None else "approving" if sent.decision == "approve" else "rejecting",
        note=one_line(request.risk_reason, 200),
        approval_id=request.approval_id,
        shown=shown(request.approval_id, run_id, request.digest),
        risk=request.risk,
        hunks=request.hunks,
    )


def _past(run: RunState, patch: Patch) -> DiffSource:
    note = one_line(patch.reason, 300)
    if patch.artifact is not None:
        note = f"the diff was too long to be shown whole · {one_line(patch.artifact.path, 200)}"
    elif not patch.diff:
        note = "its diff has left the window; the journal still has it"
    return DiffSource(
        key=patch.patch_id,
        diff=shown_text(patch.diff),
        who=agent_name(run, patch.agent_id),
        status=patch.status,
        note=note,
        kept_hunks=patch.kept_hunks,
    )
