"""Decisions that wait, over all runs that are known, the most dangerous first. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.vocabulary import Risk

if TYPE_CHECKING:
    from mogplex_contracts.events.link import RunSummary
    from mogplex_contracts.remember import Scope

RISK_ORDER: dict[Risk, int] = {"high": 0, "medium": 1, "low": 2}


class Waiting(NamedTuple):
    """One decision and the run that waits for it."""

    run: "RunSummary"
    request: ApprovalRequested


def all_runs(state: CockpitState) -> "tuple[RunSummary, ...]":
    """Every run that is known, newest first; of the one that is shown, what is shown of it."""
    runs = state.runs or ()
    if not state.run.run_id:
        return runs
    # Its events load with the first run, behind the first picture.
    from mogplex_contracts.state.summary import run_summary

    shown = run_summary(state.run)
    if any(each.run_id == shown.run_id for each in runs):
        return tuple(shown if each.run_id == shown.run_id else each for each in runs)
    return tuple(sorted((shown, *runs), key=lambda each: each.run_id, reverse=True))


def all_waiting(runs: "Iterable[RunSummary]") -> tuple[Waiting, ...]:
    """What waits in these runs: high risk first, then the oldest."""
    waiting = [Waiting(run, request) for run in runs for request in run.waiting]
    return tuple(sorted(waiting, key=lambda each: (RISK_ORDER[each.request.risk], each.request.ts)))


def waiting_anywhere(state: CockpitState) -> tuple[Waiting, ...]:
    """What waits in any run and was not answered here: what the inbox counts."""
    return tuple(
        each for each in all_waiting(all_runs(state)) if each.request.approval_id not in state.deciding
    )


def waiting_elsewhere(state: CockpitState) -> tuple[Waiting, ...]:
    """What waits in runs that are not shown and was not answered here."""
    return tuple(
        each
        for each in all_waiting(run for run in state.runs or () if run.run_id != state.run.run_id)
        if each.request.approval_id not in state.deciding
    )


def find_request(state: CockpitState, approval_id: str, run_id: str) -> ApprovalRequested | None:
    """The request, while it waits; None when it does not, or the run is not known."""
    if run_id == state.run.run_id:
        pending = state.run.approvals.pending.get(approval_id)
        return pending.request if pending else None
    for run in state.runs or ():
        if run.run_id == run_id:
            return next((each for each in run.waiting if each.approval_id == approval_id), None)
    return None


def shown(approval_id: str, run_id: str, digest: str) -> str:
    """The argument of a decision: what the person saw. Ids may be anything: a piped stream makes its own."""
    return json.dumps((approval_id, run_id, digest))


def read_shown(argument: str) -> tuple[str, str, str]:
    """Approval, run and digest of what `shown` made."""
    approval_id, run_id, digest = json.loads(argument)
    return approval_id, run_id, digest


@dataclass(frozen=True, slots=True)
class Deciding:
    """A decision as it is asked for: about what was shown, and nothing else."""

    shown: tuple[str, ...]
    """What `shown` made of every approval it is about."""
    note: str = ""
    """Words for the agent."""
    kept_hunks: tuple[int, ...] | None = None
    """Of a patch that is approved in part: the hunks that may be applied."""
    patterns: tuple[str, ...] = ()
    """The rule to make of it; empty for none."""
    where: "Scope" = "run"
    """How far that rule reaches."""


def deciding(asked: Deciding) -> str:
    """The argument of a decision about more than one approval as it was shown, or with more to say."""
    return json.dumps(asdict(asked))


def read_deciding(argument: str) -> Deciding:
    """What `deciding` made, or `shown`."""
    read = json.loads(argument)
    if isinstance(read, list):
        return Deciding((argument,))
    kept = read["kept_hunks"]
    return Deciding(
        shown=tuple(read["shown"]),
        note=read["note"],
        kept_hunks=None if kept is None else tuple(kept),
        patterns=tuple(read["patterns"]),
        where=read["where"],
    )


def one_batch(requests: Sequence[ApprovalRequested]) -> bool:
    """Whether these may be approved together: one action, one agent, and no high risk."""
    kinds = {(each.action, each.agent_id) for each in requests}
    return len(kinds) == 1 and all(each.risk != "high" for each in requests)
