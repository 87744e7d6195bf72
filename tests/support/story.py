"""A run told event by event: gives each its place and time, and keeps the state it makes."""

from mogplex_contracts.clock import format_ts
from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved, Why
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.events.tool import ToolStarted
from mogplex_contracts.reduce import reduce
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.vocabulary import ActionKind, Decision
from tests.support.strategies import LIVE_ONLY

START_SECONDS = 1_767_225_600.0


class Story:
    """Events with seqs from 1, a second apart."""

    def __init__(self, *events: Event) -> None:
        self.state = RunState()
        self.seq = 0
        self.tell(*events)

    def tell(self, *events: Event) -> RunState:
        for event in events:
            if not isinstance(event, LIVE_ONLY):
                self.seq += 1
                event = evolve(event, seq=self.seq)
            self.state = reduce(self.state, evolve(event, run_id="run_1", ts=self.now))
        return self.state

    @property
    def now(self) -> str:
        return format_ts(START_SECONDS + self.seq)

    @property
    def entries(self) -> list[TimelineEntry]:
        return list(self.state.timeline.entries())

    @property
    def last(self) -> TimelineEntry:
        return self.entries[-1]

    def of(self, kind: str) -> list[TimelineEntry]:
        return [entry for entry in self.entries if entry.kind == kind]


def started(task: str = "mend it") -> RunStarted:
    return RunStarted(task=task, cwd="/repo", repo="repo", harness="demo", permission_mode="approval")


def spawned(agent_id: str = "agt_1", number: int = 1) -> AgentSpawned:
    return AgentSpawned(agent_id=agent_id, number=number, name=f"agent {number}", role="builder", model="m")


def called(
    call_id: str = "call_1", target: str = "pnpm test", action: ActionKind = "run_command"
) -> ToolStarted:
    return ToolStarted(call_id=call_id, agent_id="agt_1", tool="run_command", action=action, target=target)


def asked(approval_id: str = "apr_1", agent_id: str = "agt_1") -> ApprovalRequested:
    return ApprovalRequested(
        approval_id=approval_id,
        action="run_command",
        target="pnpm test",
        risk="medium",
        tool="run_command",
        agent_id=agent_id,
        call_id="call_1",
        why=WHY,
    )


def decided(
    decision: Decision, approval_id: str = "apr_1", call_id: str | None = None, why: Why | None = None
) -> ApprovalResolved:
    return ApprovalResolved(
        approval_id=approval_id,
        decision=decision,
        action="run_command",
        target="pnpm test",
        risk="medium",
        tool="run_command",
        agent_id="agt_1",
        call_id=call_id,
        why=why,
    )


WHY = Why(
    rule="bash:pnpm *",
    level="ask",
    source="global",
    origin="/home/ada/.mogplex/permissions.json",
    explanation="bash:pnpm * asks (global)",
)
