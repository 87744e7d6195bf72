"""The approval queue as the drawer shows it. All text is whole; nothing an agent wrote can move the cursor."""

from dataclasses import dataclass
from typing import Literal

from mogplex_cli.store.selectors.facts import agent_name, seconds_since
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line, visible
from mogplex_contracts.vocabulary import ActionKind, Risk

SENTENCES: dict[ActionKind, str] = {
    "apply_patch": "wants to change files",
    "write_memory": "wants to remember something for later runs",
    "run_command": "wants to run a command",
    "delete_file": "wants to delete a file",
    "use_remote_tool": "wants to use a remote tool",
    "change_model": "wants to switch the model",
    "read": "wants to read",
}


@dataclass(frozen=True, slots=True)
class ApprovalItem:
    """One decision that waits."""

    approval_id: str
    digest: str
    """Binds the answer to what was shown."""
    action: ActionKind
    tool: str
    target: str
    """Whole, over several lines where it has them."""
    risk: Risk
    risk_reason: str
    agent: str
    role: str
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
    """The approval to begin with; empty for the oldest."""


def select_approvals(state: CockpitState) -> ApprovalProps:
    """The drawer's values."""
    drawer = state.drawer
    return ApprovalProps(
        tuple(_item(state, pending.request) for pending in state.run.approvals.pending.values()),
        first=drawer.argument if drawer and drawer.name == "approval" else "",
    )


def _item(state: CockpitState, request: ApprovalRequested) -> ApprovalItem:
    agent = state.run.agents.get(request.agent_id)
    name = agent_name(state.run, request.agent_id)
    sent = state.deciding.get(request.approval_id)
    return ApprovalItem(
        approval_id=request.approval_id,
        digest=request.digest,
        action=request.action,
        tool=one_line(request.tool, 60),
        target=visible(request.target),
        risk=request.risk,
        risk_reason=one_line(request.risk_reason, 200),
        agent=name,
        role=agent.role if agent else "",
        waits_s=seconds_since(request.ts, state.now),
        sentence=f"{name} {_wants(state.run, request)}",
        why=_why(request),
        detail=visible(request.detail),
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
