"""What of a run is in its events but not in its bounded state: every decision, every write to memory."""

from dataclasses import dataclass, field

from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.memory import MemoryDeleted, MemoryWritten


@dataclass(slots=True)
class Decided:
    """One approval from its question to its answer. Either may be missing: a rule answers without a question."""

    asked: ApprovalRequested | None = None
    resolved: ApprovalResolved | None = None

    @property
    def facts(self) -> ApprovalRequested | ApprovalResolved:
        """Whichever there is: what it was about stands in both."""
        facts = self.asked or self.resolved
        assert facts is not None
        return facts

    @property
    def by(self) -> Operator | None:
        """The person who decided."""
        return self.resolved.by if self.resolved else None


@dataclass(slots=True)
class Record:
    """Grows with `take`, an event at a time."""

    approvals: dict[str, Decided] = field(default_factory=dict[str, Decided])
    """By id, in the order they came."""
    memory: list[MemoryWritten | MemoryDeleted] = field(default_factory=list[MemoryWritten | MemoryDeleted])
    """Every change, oldest first."""

    def take(self, event: Event) -> None:
        """Take in the next event."""
        match event:
            case ApprovalRequested():
                self.approvals.setdefault(event.approval_id, Decided()).asked = event
            case ApprovalResolved():
                self.approvals.setdefault(event.approval_id, Decided()).resolved = event
            case MemoryWritten() | MemoryDeleted():
                self.memory.append(event)
            case _:
                pass
