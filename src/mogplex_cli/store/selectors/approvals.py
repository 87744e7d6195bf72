"""The approval queue of the run, and the inbox of all runs, as the drawer shows them.

All text is whole; nothing an agent wrote can move the cursor.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mogplex_cli.store.remembering import Remembering
from mogplex_cli.store.selectors.facts import (
    NEEDS_DAEMON,
    Stale,
    agent_name,
    harness_name,
    has_daemon,
    no_deciding,
    seconds_since,
    staleness,
)
from mogplex_cli.store.selectors.waiting import all_runs, all_waiting, shown
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import RunSummary
from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line, visible
from mogplex_contracts.vocabulary import ActionKind, Risk

NO_AGENT = "the project"
"""Who asks when no agent does: the folder's own configuration."""
SENTENCES: dict[ActionKind, str] = {
    "apply_patch": "wants to change files",
    "write_memory": "wants to remember something for later runs",
    "run_command": "wants to run a command",
    "delete_file": "wants to delete a file",
    "use_remote_tool": "wants to use a remote tool",
    "change_model": "wants to switch the model",
    "raise_limit": "reached a limit of the run · approve raises it, reject stops the run",
    "read": "wants to read",
}

shown_text = lru_cache(maxsize=128)(visible)
"""A diff may have megabytes, and is looked at anew whenever anything changes."""


@dataclass(frozen=True, slots=True)
class ApprovalItem:
    """One decision that waits."""

    approval_id: str
    shown: str
    """The argument of a decision: what is decided, in which run, and the digest of what the person saw."""
    action: ActionKind
    tool: str
    agent_id: str
    run_id: str
    target: str
    """Whole, over several lines where it has them."""
    risk: Risk
    risk_reason: str
    who: str
    """Who asks: an agent; in the inbox, what drives the run."""
    role: str
    """More of it, where there is room: the agent's role; in the inbox, the repository."""
    where: str
    """What drives which run where; empty where that is on the screen anyway."""
    task: str
    """What that run is for; empty where that is on the screen anyway."""
    waits_s: int
    sentence: str
    why: str
    """Which rule asked, and what it beat."""
    detail: str
    """The exact command, diff or text."""
    deciding: Literal["approve", "reject"] | None
    """What was answered, while the host has not confirmed it."""


@dataclass(frozen=True, slots=True)
class ApprovalProps:
    """The queue, in the order things were asked."""

    items: tuple[ApprovalItem, ...] = ()
    first: str = ""
    """The approval to begin with; empty for the first."""
    title: str = "APPROVALS"
    off: str = ""
    """Why nothing can be decided now; empty when it can."""
    remembering: Remembering | None = None
    """The rules offered for an approval, while one is being chosen."""
    stale: Stale | None = None
    empty: str = ""
    """What to say when nothing waits."""
    hint: str = ""
    """What is not in here, and how it would be."""


def select_approvals(state: CockpitState) -> ApprovalProps:
    """The queue of the run that is shown, the oldest first."""
    drawer = state.drawer
    run = state.run
    items: list[ApprovalItem] = []
    for pending in run.approvals.pending.values():
        request = pending.request
        agent = run.agents.get(request.agent_id)
        name = agent_name(run, request.agent_id) if request.agent_id else NO_AGENT
        role = agent.role if agent else ""
        items.append(_item(state, request, run_id=run.run_id, who=name, role=role, asker=name))
    return ApprovalProps(
        tuple(items),
        first=drawer.argument if drawer and drawer.name == "approval" else "",
        off=no_deciding(state) or "",
        remembering=state.remembering,
        stale=staleness(state),
    )


def select_inbox(state: CockpitState) -> ApprovalProps:
    """What waits in all runs, the most dangerous first."""
    return ApprovalProps(
        tuple(
            _item(
                state,
                each.request,
                run_id=each.run.run_id,
                who=harness_name(each.run.harness) or _place(each.run),
                role=_place(each.run) if each.run.harness else "",
                asker=_asker(state, each.run, each.request),
                where=_where(state, each.run),
                task=one_line(each.run.task, 200),
            )
            for each in all_waiting(all_runs(state))
        ),
        title="INBOX",
        off=no_deciding(state) or "",
        remembering=state.remembering,
        stale=staleness(state),
        empty="nothing waits for a decision in any run",
        hint="" if has_daemon(state) else NEEDS_DAEMON,
    )


def _asker(state: CockpitState, run: RunSummary, request: ApprovalRequested) -> str:
    if not request.agent_id:
        return NO_AGENT
    if run.run_id == state.run.run_id:
        return agent_name(state.run, request.agent_id)
    return f"{harness_name(run.harness) or 'an agent'} in {_place(run)}"


def _place(run: RunSummary) -> str:
    return one_line(run.repo or run.cwd, 40)


def _where(state: CockpitState, run: RunSummary) -> str:
    on_screen = "on screen" if run.run_id == state.run.run_id else ""
    return " · ".join(
        each for each in (harness_name(run.harness), _place(run), one_line(run.run_id, 60), on_screen) if each
    )


def _item(
    state: CockpitState,
    request: ApprovalRequested,
    *,
    run_id: str,
    who: str,
    role: str,
    asker: str,
    where: str = "",
    task: str = "",
) -> ApprovalItem:
    sent = state.deciding.get(request.approval_id)
    return ApprovalItem(
        approval_id=request.approval_id,
        shown=shown(request.approval_id, run_id, request.digest),
        action=request.action,
        tool=one_line(request.tool, 60),
        agent_id=request.agent_id,
        run_id=run_id,
        target=shown_text(request.target),
        risk=request.risk,
        risk_reason=one_line(request.risk_reason, 200),
        who=who,
        role=role,
        where=where,
        task=task,
        waits_s=seconds_since(request.ts, state.now),
        sentence=f"{asker} {_wants(state.run, request)}",
        why=_why(request),
        detail=shown_text(request.detail),
        deciding=sent.decision if sent else None,
    )


def _wants(run: RunState, request: ApprovalRequested) -> str:
    patch = run.patches.get(request.patch_id or "")
    if request.action != "apply_patch" or patch is None:
        return SENTENCES[request.action]
    return "wants to change 1 file" if len(patch.files) == 1 else f"wants to change {len(patch.files)} files"


def _why(request: ApprovalRequested) -> str:
    why = request.why
    if why is None:
        return ""
    if why.explanation:
        return one_line(why.explanation, 1000)
    return one_line(f"{why.rule} is {why.level} · {why.origin or why.source}", 1000)
