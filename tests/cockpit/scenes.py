"""Scripted events of one believable run, for pictures and behaviour tests. Each scene begins where another ended."""

from collections.abc import Sequence
from typing import Any

from mogplex_cli.store.state import CockpitState, Connection, Session
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import ClockTicked, UiEvent
from mogplex_contracts.clock import format_ts
from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import (
    AgentFinished,
    AgentPlanUpdated,
    AgentSpawned,
    AgentStatusChanged,
    PlanStep,
)
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved, Why
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.memory import ContextLoaded, MemoryRead, MemoryWritten
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, UserMessage
from mogplex_contracts.events.model import ModelRouted
from mogplex_contracts.events.patch import PatchApplied, PatchedFile, PatchProposed
from mogplex_contracts.events.run import (
    Limits,
    RunModeChanged,
    RunStarted,
    RunStatusChanged,
    WorkspaceChanged,
)
from mogplex_contracts.events.tool import ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.events.usage import UsageReported

RUN_ID = "run_1v8x4qg7m2kd"
START = 1_767_269_070.0
"""2026-01-01T12:04:30Z."""

ATLAS, FORGE, PROBE, SCOUT = "agt_atlas", "agt_forge", "agt_probe", "agt_scout"

PATCH = """\
diff --git a/src/auth.ts b/src/auth.ts
--- a/src/auth.ts
+++ b/src/auth.ts
@@ -38,9 +38,13 @@ export async function requireSession(request: Request) {
 import { verify } from "./token"
{SAME}
 export async function currentSession() {
-  const session = cookies().get("session")
-  return session?.value
+  const header = headers().get("authorization")
+  if (header?.startsWith("Bearer ")) {
+    return verify(header.slice("Bearer ".length))
+  }
+  // The cookie path stays until every client sends the header.
+  return cookies().get("session")?.value
 }
{SAME}
 export function signOut() {
""".replace("{SAME}", " ")
WHY = Why(
    rule="write:**",
    level="ask",
    source="default",
    origin="default",
    explanation="write:** is ask · default of approval mode · no other rule matches",
)
SESSION = Session(
    session_id="ses_1v8x4q0000aa",
    cwd="/home/ada/acme-web",
    repo="acme-web",
    branch="main",
    dirty=True,
    harness="native",
    model="opus-4.7",
)
DEMO = Session(
    session_id="ses_1v8x4q0000aa",
    cwd="/home/ada/acme-web",
    repo="acme-web",
    branch="main",
    dirty=True,
    harness="demo",
    model="scripted",
)


class Script:
    """Numbers and dates events, so that a scene reads as what happens when."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._seq = 0

    def at(self, seconds: float, fact: type[Any], /, **fields: Any) -> None:
        """Something journaled, `seconds` into the run."""
        self._seq += 1
        self.events.append(fact(run_id=RUN_ID, seq=self._seq, ts=format_ts(START + seconds), **fields))

    def live(self, fact: type[Any], /, **fields: Any) -> None:
        """Something live-only."""
        self.events.append(fact(run_id=RUN_ID, **fields))

    def tool(self, start: float, took_ms: int, agent: str, tool: str, target: str, **end: Any) -> None:
        """A whole call."""
        call_id = f"call_{self._seq}"
        self.at(start, ToolStarted, call_id=call_id, agent_id=agent, tool=tool, action="read", target=target)
        end.setdefault("outcome", "ok")
        self.at(start + took_ms / 1000, ToolFinished, call_id=call_id, duration_ms=took_ms, **end)


def opening(script: Script, harness: str = "native", model: str = "opus-4.7") -> None:
    """A run begins; four agents join; the architect plans."""
    script.at(
        0,
        RunStarted,
        task="review the staged diff for regressions",
        cwd="/home/ada/acme-web",
        repo="acme-web",
        branch="main",
        harness=harness,
        model=model,
        permission_mode="approval",
        limits=Limits(max_cost_usd=5.0),
    )
    script.at(0.1, WorkspaceChanged, branch="main", dirty=True, modified=3)
    script.at(0.2, ContextLoaded, kind="instructions", path="AGENTS.md", tokens=1210)
    script.at(0.2, ContextLoaded, kind="instructions", path="packages/web/AGENTS.md", tokens=412)
    for server, status, tools in (
        ("linear", "ready", ("issues",)),
        ("sentry", "ready", ("events",)),
        ("files", "ready", ("read", "stat")),
        ("supabase", "needs_auth", ()),
    ):
        script.at(0.3, McpServerChanged, server=server, status=status, tools=tools)
    script.at(0.8, AgentSpawned, agent_id=ATLAS, number=1, name="atlas", role="architect", model=model)
    script.at(1, RunModeChanged, mode="planning")
    script.at(1, AgentStatusChanged, agent_id=ATLAS, status="planning", action="reading the staged diff")
    script.tool(1.2, 12, ATLAS, "read_file", "src/auth.ts")
    script.tool(1.4, 31, ATLAS, "search", "cookies().get(")
    steps = ("read the staged diff", "patch the middleware", "run the auth tests", "note what was learnt")
    script.at(3, AgentPlanUpdated, agent_id=ATLAS, steps=tuple(PlanStep(text=step) for step in steps))
    script.at(3.5, MemoryRead, key="auth", agent_id=ATLAS, text="auth uses bearer tokens")
    script.at(4, AgentSpawned, agent_id=FORGE, number=2, name="forge", role="builder", model="sonnet-4.6")
    script.at(4.2, AgentSpawned, agent_id=PROBE, number=3, name="probe", role="tester", model="haiku-4.5")
    script.at(4.4, AgentSpawned, agent_id=SCOUT, number=4, name="scout", role="researcher", model="haiku-4.5")
    script.at(5, RunModeChanged, mode="executing")
    script.tool(6, 140, SCOUT, "list_files", "packages/web/src")
    script.at(
        9,
        AgentFinished,
        agent_id=SCOUT,
        status="completed",
        summary="Three call sites read the cookie directly.",
    )
    script.at(9.5, UsageReported, agent_id=ATLAS, input_tokens=7100, output_tokens=1000, cost_usd=0.22)
    script.at(9.6, UsageReported, agent_id=FORGE, input_tokens=3400, output_tokens=500, cost_usd=0.08)
    script.at(9.7, UsageReported, agent_id=PROBE, input_tokens=350, output_tokens=50, cost_usd=0.01)


def work(script: Script) -> None:
    """A command with output, a routed model, a message, a person's word."""
    script.at(12, AgentStatusChanged, agent_id=FORGE, status="editing", action="patching src/auth.ts")
    script.at(14, AgentStatusChanged, agent_id=PROBE, status="testing", action="$ pnpm test auth")
    script.tool(
        14,
        4100,
        PROBE,
        "run_command",
        "pnpm test auth",
        exit_code=0,
        output="auth.test.ts\n 38 passed (38)\n",
    )
    script.at(20, ModelRouted, agent_id=PROBE, from_model="haiku-4.5", to="sonnet-4.6", reason="context 81 %")
    script.at(
        26,
        AssistantMessage,
        agent_id=FORGE,
        message_id="msg_1",
        text="The middleware now reads the bearer token from the header; the cookie path stays behind a flag "
        "until every client sends it. Two call sites in packages/web still read the cookie directly, and I "
        "would rather move them in a second change, because their tests stub the cookie jar.",
    )
    script.at(30, UserMessage, message_id="msg_2", text="yes, a second change; keep this one small")
    script.at(31, MemoryWritten, key="tests", agent_id=ATLAS, text="tests run with pnpm test")
    script.tool(
        33,
        900,
        PROBE,
        "run_command",
        "pnpm lint",
        outcome="error",
        exit_code=1,
        output="src/auth.ts\n  41:9  error  'session' is assigned a value but never used\n",
    )


def asks_patch(script: Script) -> None:
    """The builder wants to change a file."""
    script.at(
        40,
        ToolStarted,
        call_id="call_p",
        agent_id=FORGE,
        tool="apply_patch",
        action="apply_patch",
        target="src/auth.ts",
    )
    script.at(
        40.1,
        PatchProposed,
        patch_id="pat_1",
        agent_id=FORGE,
        call_id="call_p",
        files=(PatchedFile(path="src/auth.ts", change="update", added=6, removed=2),),
        diff=PATCH,
    )
    script.at(
        40.2,
        ApprovalRequested,
        approval_id="apr_patch",
        action="apply_patch",
        target="src/auth.ts",
        detail=PATCH,
        digest="d1",
        risk="medium",
        risk_reason="writes inside the workspace",
        tool="apply_patch",
        agent_id=FORGE,
        call_id="call_p",
        patch_id="pat_1",
        why=WHY,
    )


def asks_delete(script: Script) -> None:
    """The tester wants to delete a file: a high risk."""
    script.at(
        44,
        ApprovalRequested,
        approval_id="apr_delete",
        action="delete_file",
        target="migrations/0007_drop_sessions.sql",
        digest="d2",
        risk="high",
        risk_reason="deletes a file that git does not track",
        tool="delete_file",
        agent_id=PROBE,
        why=WHY,
    )


def asks_command(script: Script) -> None:
    """The tester wants to run a long command."""
    command = (
        "pnpm --filter @acme/web exec vitest run src/auth.test.ts --reporter=verbose --coverage.enabled "
        "--coverage.reporter=json-summary && node scripts/check-coverage.mjs --least 92 --only src/auth.ts"
    )
    script.at(
        46,
        ApprovalRequested,
        approval_id="apr_command",
        action="run_command",
        target=command,
        detail=command,
        digest="d3",
        risk="medium",
        risk_reason="a shell command with side effects",
        tool="run_command",
        agent_id=PROBE,
        why=Why(
            rule="bash:*",
            level="ask",
            source="default",
            explanation="bash:* is ask · default of approval mode",
        ),
    )


def streams(script: Script) -> None:
    """A command writes, and an agent is in the middle of a sentence."""
    script.at(
        48,
        ToolStarted,
        call_id="call_s",
        agent_id=PROBE,
        tool="run_command",
        action="run_command",
        target="pnpm test",
    )
    script.at(48, AgentStatusChanged, agent_id=PROBE, status="calling_tool", action="$ pnpm test")
    script.live(
        ToolOutput,
        call_id="call_s",
        text=" ✓ session.test.ts (12)\n ✓ token.test.ts (9)\n ⠋ auth.test.ts 31/38\n",
    )
    script.at(49, AgentStatusChanged, agent_id=ATLAS, status="thinking", action="weighing the two call sites")
    script.live(
        AssistantDelta,
        agent_id=ATLAS,
        message_id="msg_3",
        text="Both remaining call sites are server components, so the header is there; what they lack is",
    )


def completes(script: Script) -> None:
    """Everything is decided and the run ends well."""
    script.at(
        52,
        ApprovalResolved,
        approval_id="apr_patch",
        decision="approved",
        action="apply_patch",
        target="src/auth.ts",
        risk="medium",
        tool="apply_patch",
        agent_id=FORGE,
        call_id="call_p",
    )
    script.at(52.1, PatchApplied, patch_id="pat_1")
    script.at(52.2, ToolFinished, call_id="call_p", outcome="ok", duration_ms=12200)
    for agent, summary in (
        (FORGE, "The middleware reads the bearer token; the cookie stays as a fallback."),
        (PROBE, "38 tests pass; one lint finding is left."),
        (ATLAS, "No regression in the staged diff. One unused variable in src/auth.ts:41."),
    ):
        script.at(60, AgentFinished, agent_id=agent, status="completed", summary=summary)
    script.at(61, RunStatusChanged, status="completed")


def scene(*parts: Any, harness: str = "native", model: str = "opus-4.7") -> list[Event]:
    """The events of an opening and what follows it."""
    script = Script()
    opening(script, harness, model)
    for part in parts:
        part(script)
    return script.events


def store_of(
    events: Sequence[Event | UiEvent] = (), session: Session = SESSION, seconds: float = 83
) -> Store:
    """A store that has seen `events`, with its clock `seconds` into the run."""
    store = Store(CockpitState(session=session, connection=Connection("process")))
    store.apply(events)
    store.apply([ClockTicked(START + seconds)])
    return store
