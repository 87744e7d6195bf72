"""Commands that decide approvals and take rules back. The first decision on an approval wins."""

from typing import Literal

from pydantic import Field

from mogplex_contracts.base import Wire
from mogplex_contracts.envelope import CommandBase


class ApprovalChoice(Wire):
    """One approval that is decided, bound to what the person saw."""

    approval_id: str
    """Which approval."""
    digest: str
    """The digest of the request that was shown; a different one is refused."""
    kept_hunks: tuple[int, ...] | None = None
    """For a patch: the numbers of the hunks that may be applied, from 1 over the whole diff; null for all."""


class RememberAs(Wire):
    """Make a rule of the decision. Never wider than the pattern that was shown."""

    pattern: str
    """The rule's text, such as `bash:pnpm test*`."""
    where: Literal["run", "project", "global"]
    """For this run only, in the project's file, or in the global file."""
    more_patterns: tuple[str, ...] = ()
    """What the rule allows beside `pattern`: one for each command of a line, or each file of a patch."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """All it allows."""
        return (self.pattern, *self.more_patterns)


class ApprovalDecide(CommandBase):
    """Approve or reject one or several approvals."""

    type: Literal["approval_decide"] = "approval_decide"
    choices: tuple[ApprovalChoice, ...] = Field(min_length=1)
    """What is decided."""
    decision: Literal["approve", "reject"]
    """How."""
    note: str = ""
    """Words for the agent."""
    remember: RememberAs | None = None
    """The rule to make of it, if any."""


class RuleRevoke(CommandBase):
    """Take back a rule that allows something, in its file and for the run at once. It only ever narrows."""

    type: Literal["rule_revoke"] = "rule_revoke"
    pattern: str
    """The rule's text."""
    where: Literal["run", "project", "global"]
    """Where it stands."""


ApprovalCommand = ApprovalDecide | RuleRevoke
