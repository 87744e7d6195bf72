"""Approvals: asked, and how each ended. The only answer to "did I really approve this?"."""

from typing import Literal

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import EventBase
from mogplex_contracts.vocabulary import ActionKind, Decision, Level, Risk, RuleSource


class Why(Wire):
    """The rule that put an action where it is."""

    rule: str
    """The pattern that decided, such as `bash:*`."""
    level: Level
    """What it says."""
    source: RuleSource
    """The layer it is from."""
    origin: str = ""
    """The file it stands in, or `default`."""
    explanation: str = ""
    """All of it in one line for people, with what it beat."""


class RememberedRule(Wire):
    """A rule a person made out of a decision."""

    pattern: str
    """The rule's text."""
    source: RuleSource
    """The layer it was written to."""
    origin: str = ""
    """The file it was written to; empty for `run`."""
    more_patterns: tuple[str, ...] = ()
    """What it allows beside `pattern`."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """All it allows."""
        return (self.pattern, *self.more_patterns)


class ApprovalRequested(EventBase):
    """An action waits for a person. Fsynced before anyone sees it."""

    type: Literal["approval_requested"] = "approval_requested"
    approval_id: str
    """Id of the approval, `apr_…`."""
    action: ActionKind
    """What kind of thing would be done."""
    target: str
    """What it would be done to, in full: the exact command, path or key."""
    descriptors: tuple[str, ...] = ()
    """What the rules were asked about, such as `bash:pnpm test`."""
    detail: str = ""
    """Everything needed to decide: the full command or diff. Never shortened."""
    digest: str = ""
    """SHA-256 of action, target and detail; a decision repeats it, so it binds what was shown."""
    risk: Risk
    """How dangerous it is."""
    risk_reason: str = ""
    """Why it is that dangerous, in a few words."""
    tool: str
    """Which tool asks."""
    agent_id: str
    """Which agent asks."""
    call_id: str | None = None
    """The tool call that waits."""
    patch_id: str | None = None
    """The patch that waits, when it is one."""
    group: str | None = None
    """Equal for items that belong together."""
    why: Why | None = None
    """Why it is asked at all."""
    expires_at: str | None = None
    """When it lapses by itself, ISO 8601; null means it waits without limit."""
    hunks: int = 0
    """For a patch: how many hunks can be kept or dropped singly; 0 when only the whole can be decided."""


class ApprovalResolved(EventBase):
    """An approval ended. Those a rule decided were never asked, so all facts are repeated here."""

    type: Literal["approval_resolved"] = "approval_resolved"
    approval_id: str
    """Which approval."""
    decision: Decision
    """How it ended. Who decided is in `by`; null there means a rule or the clock did."""
    action: ActionKind
    """What kind of thing it was about."""
    target: str
    """What it was about, in full."""
    risk: Risk
    """How dangerous it was held to be."""
    tool: str
    """Which tool asked."""
    agent_id: str
    """Which agent asked."""
    call_id: str | None = None
    """The tool call it was for."""
    note: str = ""
    """What the person added; it is told to the agent."""
    remembered: RememberedRule | None = None
    """The rule made out of the decision, when one was."""
    why: Why | None = None
    """The rule that decided, for the `auto_` decisions."""
    hunks: int = 0
    """For a patch that was approved in part: how many hunks it had."""
    kept_hunks: tuple[int, ...] | None = None
    """For a patch that was approved in part: the numbers of the hunks that may be applied; null for all."""


class RuleRevoked(EventBase):
    """A rule that allowed something holds no more."""

    type: Literal["rule_revoked"] = "rule_revoked"
    pattern: str
    """The rule's text."""
    source: RuleSource
    """The layer it was taken from."""
    origin: str = ""
    """The file it was taken from; empty for `run`."""


ApprovalEvent = ApprovalRequested | ApprovalResolved | RuleRevoked
