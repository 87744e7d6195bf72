"""Decisions that wait, and how the others ended."""

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.approval import ApprovalRequested, RememberedRule, Why
from mogplex_contracts.vocabulary import ActionKind, Decision, Risk

RESOLVED_KEPT = 200
"""How many ended approvals the state remembers; older ones are in the journal."""
RULES_KEPT = 100
"""How many rules made in the run the state remembers."""


class PendingApproval(Wire):
    """An approval that waits for a person."""

    request: ApprovalRequested
    """What was asked, whole."""
    entry: int
    """Its timeline index."""


class ResolvedApproval(Wire):
    """An approval that has ended."""

    approval_id: str
    """Which one."""
    decision: Decision
    """How it ended."""
    action: ActionKind
    """What it was about."""
    target: str
    """What it was done to."""
    risk: Risk
    """How dangerous it was held to be."""
    agent_id: str
    """Who asked."""
    at: str
    """When it ended."""
    by: Operator | None = None
    """Who decided; null for a rule or the clock."""
    why: Why | None = None
    """The rule that decided, when one did."""
    descriptors: tuple[str, ...] = ()
    """What the rules were asked about; empty for what was never asked."""


class Approvals(Wire):
    """The queue and its past."""

    pending: dict[str, PendingApproval] = {}
    """By id, in the order they were asked."""
    resolved: tuple[ResolvedApproval, ...] = ()
    """The newest ones, oldest first."""
    counts: dict[Decision, int] = {}
    """How many ended in which way, over the whole run."""
    rules: tuple[RememberedRule, ...] = ()
    """The rules people made of decisions of this run and have not taken back, oldest first."""
