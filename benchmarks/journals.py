"""Journals of long runs, made up but plausible: the same seed gives the same bytes.

The mix follows what the run host records: an agent thinks, says something, calls a tool and gets its output;
now and then it asks a person, changes files, spawns a helper or has something to say about its plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import encode
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_contracts.events.agent import (
    AgentFinished,
    AgentPlanUpdated,
    AgentSpawned,
    AgentStatusChanged,
    PlanStep,
)
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved, Why
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.memory import ContextLoaded, MemoryWritten
from mogplex_contracts.events.message import AssistantMessage, Reasoning, UserMessage
from mogplex_contracts.events.notice import Error
from mogplex_contracts.events.patch import PatchApplied, PatchedFile, PatchProposed, PatchRejected
from mogplex_contracts.events.run import RunModeChanged, RunStarted, WorkspaceChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_contracts.ids import Prefix, make_id
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.vocabulary import ActionKind, AgentRole, Decision

EPOCH_SECONDS = 1_767_225_600.0
SECONDS_BETWEEN_EVENTS = 0.4
CREW: tuple[tuple[str, AgentRole], ...] = (
    ("atlas", "architect"),
    ("forge", "builder"),
    ("anvil", "builder"),
    ("probe", "tester"),
    ("sage", "reviewer"),
)
MODEL = "anthropic/claude-sonnet-4.5"
OPERATOR = Operator(client_id="cli_0wcjxay4n6k8", label="ada@laptop")
ASKED = Why(
    rule="bash:*",
    level="ask",
    source="default",
    origin="default",
    explanation="bash:* is ask · default (approval mode)",
)
ALLOWED = Why(
    rule="bash:pnpm *",
    level="allow",
    source="project",
    origin="permissions.json",
    explanation="bash:pnpm * is allow · project, more specific than bash:* (ask)",
)
COMMANDS = ("pnpm test --run", "pnpm lint", "git diff --check --staged", "pnpm build && pnpm test:e2e")
TALK = (
    "the session token is refreshed before it expires, so a retry never sees an old one",
    "this test covers both paths of the parser",
    "cart totals round half to even, as prices in cents need, which `checkout` relied on",
    "next: move validation to the edge, keep errors typed, drop the cache nobody reads",
    "nothing else imports it; I checked with a search over “src” and the tests",
)
CODE: tuple[str, ...] = (
    "export async function load(id: string): Promise<Cart> {",
    "  const stored = await database.carts.find({ where: { id } });",
    "  if (stored === null) throw new NotFound(`no cart ${id}`);",
    '  return { ...stored, items: stored.items.filter((item) => item.count > 0), currency: "EUR" };',
    "}",
    "",
    "// prices are whole cents: see money.ts",
    "const total = items.reduce((sum, item) => sum + item.price * item.count, 0);",
    " ✓ cart › keeps an item whose count is one (12 ms)",
    " ✗ cart › expected 200, got 404 — “no cart 17”",
)
CREDENTIALS = (
    "  headers: { Authorization: `Bearer ${process.env.SHOP_API_KEY}` },  // no secret, but it looks at one"
)
"""What the redaction must look at twice; one text in twenty has it."""


def journal(events: int, seed: int = 1) -> list[bytes]:
    """The first `events` lines of a run that never ends, without their newlines."""
    return [encode(event) for event in islice(_stamped(_Run(Random(seed))), events)]


@dataclass(slots=True)
class _Run:
    chance: Random
    agents: list[str] = field(default_factory=list[str])

    def new(self, prefix: Prefix) -> str:
        return make_id(prefix, int(EPOCH_SECONDS * 1000), self.chance.randrange(32**5))

    def text(self, least: int, most: int) -> str:
        return ". ".join(self.chance.choices(TALK, k=self.chance.randint(least, most)))

    def code(self, least: int, most: int) -> list[str]:
        lines = self.chance.choices(CODE, k=self.chance.randint(least, most))
        return [*lines, CREDENTIALS] if self.chance.random() < 0.05 else lines

    def path(self) -> str:
        folder, name = self.chance.choice(("cart", "auth", "api/routes")), self.chance.randrange(120)
        return f"src/{folder}/module_{name}.ts"


def _stamped(run: _Run) -> Iterator[EventBase]:
    run_id = run.new("run")
    for seq, event in enumerate(_events(run), start=1):
        now = EPOCH_SECONDS + seq * SECONDS_BETWEEN_EVENTS
        by = OPERATOR if isinstance(event, ApprovalResolved) and event.why is None else None
        yield evolve(
            event, run_id=run_id, seq=seq, id=make_id("evt", int(now * 1000), seq), ts=format_ts(now), by=by
        )


def _events(run: _Run) -> Iterator[EventBase]:
    yield from _beginning(run)
    turn = 0
    while True:
        turn += 1
        agent_id = run.agents[turn % len(CREW)]
        yield from _turn(run, agent_id)
        if turn % 15 == 0:
            yield _plan(run, agent_id, done=turn // 15 % 6)
        if turn % 40 == 0:
            yield RunModeChanged(mode=run.chance.choice(("planning", "executing", "reviewing", "testing")))
            yield WorkspaceChanged(branch="main", dirty=True, modified=run.chance.randrange(30))
        if turn % 100 == 0:
            yield MemoryWritten(key=f"review/{run.path()}", text=run.text(2, 5), agent_id=agent_id)
            yield Error(code="model_overloaded", message=run.text(1, 1), retryable=True, agent_id=agent_id)
        if turn % 250 == 0:
            yield UserMessage(message_id=run.new("msg"), text=run.text(1, 3))
            yield from _helper(run, parent_id=agent_id)


def _beginning(run: _Run) -> Iterator[EventBase]:
    yield RunStarted(
        task="move the cart to whole cents and cover it with tests",
        cwd="/home/ada/acme-web",
        repo="acme-web",
        branch="main",
        harness="native",
        model=MODEL,
        permission_mode="approval",
    )
    yield WorkspaceChanged(branch="main", dirty=False)
    for path in ("AGENTS.md", "README.md", "docs/money.md"):
        yield ContextLoaded(kind="instructions", path=path, tokens=run.chance.randrange(300, 2_000))
    yield McpServerChanged(server="linear", status="ready", tools=("list_issues", "get_issue", "comment"))
    for name, role in CREW:
        yield _spawned(run, name, role, None)


def _spawned(run: _Run, name: str, role: AgentRole, parent_id: str | None) -> AgentSpawned:
    run.agents.append(run.new("agt"))
    number = len(run.agents)
    return AgentSpawned(
        agent_id=run.agents[-1], number=number, name=name, role=role, model=MODEL, parent_id=parent_id
    )


def _helper(run: _Run, parent_id: str) -> Iterator[EventBase]:
    """A researcher that looks around and is gone again."""
    spawned = _spawned(run, f"scout-{len(run.agents)}", "researcher", parent_id)
    yield spawned
    for _ in range(3):
        yield from _turn(run, spawned.agent_id)
    yield AgentFinished(agent_id=spawned.agent_id, status="completed", summary=run.text(1, 2))


def _turn(run: _Run, agent_id: str) -> Iterator[EventBase]:
    """One call of the model, and what it asked for."""
    yield AgentStatusChanged(agent_id=agent_id, status="thinking")
    kind = run.chance.random()
    if kind < 0.3:
        yield Reasoning(agent_id=agent_id, message_id=run.new("msg"), text=run.text(1, 6))
    if kind < 0.6:
        yield AssistantMessage(agent_id=agent_id, message_id=run.new("msg"), text=run.text(1, 8))
    tool = run.chance.random()
    if tool < 0.65:
        yield from _read(run, agent_id)
    elif tool < 0.85:
        yield from _command(run, agent_id)
    else:
        yield from _patch(run, agent_id)
    yield UsageReported(
        agent_id=agent_id,
        model=MODEL,
        input_tokens=run.chance.randrange(5_000, 90_000),
        output_tokens=run.chance.randrange(50, 2_000),
        cache_read_tokens=run.chance.randrange(4_000),
        cost_usd=run.chance.randrange(100, 90_000) / 1_000_000,
        context_used=run.chance.randrange(5_000, 150_000),
        context_window=200_000,
    )


def _read(run: _Run, agent_id: str) -> Iterator[EventBase]:
    path = run.path()
    started = _started(run, agent_id, "read_file", "read", path, {"path": path, "offset": 1, "limit": 200})
    yield from _working(started)
    yield _finished(run, started, run.code(5, 60))


def _command(run: _Run, agent_id: str) -> Iterator[EventBase]:
    command = run.chance.choice(COMMANDS)
    started = _started(run, agent_id, "run_command", "run_command", command, {"command": command})
    yield from _working(started)
    asked = run.chance.random() < 0.3
    yield from _decision(run, started, command, "approved" if asked else "auto_approved", asked=asked)
    yield _finished(run, started, run.code(2, 80), exit_code=run.chance.choice((0, 0, 0, 1)))


def _patch(run: _Run, agent_id: str) -> Iterator[EventBase]:
    path = run.path()
    added, removed = run.code(4, 40), run.code(0, 20)
    lines = [f"-{line}" for line in removed] + [f"+{line}" for line in added]
    header = (
        f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -10,{len(removed)} +10,{len(added)} @@"
    )
    diff = "\n".join((header, *lines))
    started = _started(run, agent_id, "apply_patch", "apply_patch", path, {"patch": diff})
    yield from _working(started)
    proposed = PatchProposed(
        patch_id=run.new("pat"),
        agent_id=agent_id,
        call_id=started.call_id,
        files=(PatchedFile(path=path, change="update", added=len(added), removed=len(removed)),),
        diff=diff,
    )
    yield proposed
    approved = run.chance.random() < 0.9
    yield from _decision(run, started, diff, "approved" if approved else "rejected", asked=True)
    if approved:
        yield PatchApplied(patch_id=proposed.patch_id)
    else:
        yield PatchRejected(patch_id=proposed.patch_id, reason="rejected by ada@laptop")
    yield _finished(run, started, [f"{path}: +{len(added)} −{len(removed)}"])


def _started(
    run: _Run, agent_id: str, tool: str, action: ActionKind, target: str, arguments: dict[str, str | int]
) -> ToolStarted:
    return ToolStarted(
        call_id=run.new("call"),
        agent_id=agent_id,
        tool=tool,
        action=action,
        target=target,
        input=dict(arguments),
    )


def _working(started: ToolStarted) -> Iterator[EventBase]:
    yield AgentStatusChanged(
        agent_id=started.agent_id, status="calling_tool", action=f"{started.tool} {started.target}"
    )
    yield started


def _finished(
    run: _Run, started: ToolStarted, output: list[str], exit_code: int | None = None
) -> ToolFinished:
    return ToolFinished(
        call_id=started.call_id,
        outcome="error" if exit_code else "ok",
        output="\n".join(output),
        exit_code=exit_code,
        duration_ms=run.chance.randrange(2, 9_000),
    )


def _decision(
    run: _Run, started: ToolStarted, detail: str, decision: Decision, *, asked: bool
) -> Iterator[EventBase]:
    approval_id = run.new("apr")
    if asked:
        yield ApprovalRequested(
            approval_id=approval_id,
            action=started.action,
            target=started.target,
            descriptors=(f"bash:{started.target}",),
            detail=detail,
            digest=f"{run.chance.getrandbits(256):064x}",
            risk="medium",
            risk_reason="writes in the workspace",
            tool=started.tool,
            agent_id=started.agent_id,
            call_id=started.call_id,
            why=ASKED,
        )
    yield ApprovalResolved(
        approval_id=approval_id,
        decision=decision,
        action=started.action,
        target=started.target,
        risk="medium",
        tool=started.tool,
        agent_id=started.agent_id,
        call_id=started.call_id,
        why=None if asked else ALLOWED,
    )


def _plan(run: _Run, agent_id: str, done: int) -> AgentPlanUpdated:
    return AgentPlanUpdated(
        agent_id=agent_id,
        steps=tuple(
            PlanStep(text=run.text(1, 1), status="done" if place < done else "pending") for place in range(6)
        ),
    )
