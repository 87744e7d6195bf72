"""The words of the product, once: every closed set of values that events, commands, state and rules share.

They are `Literal` types rather than enums, so a value is the same plain string on the wire, in the journal
and in the program, and `match` over one can end in `assert_never`.
"""

from typing import Literal

PermissionMode = Literal["approval", "auto"]
"""`approval` asks before anything that touches the workspace; `auto` runs everything unasked."""

ActionKind = Literal[
    "apply_patch",
    "write_memory",
    "run_command",
    "delete_file",
    "use_remote_tool",
    "change_model",
    "raise_limit",
    "read",
]
"""What would be done. All but `read` can be gated; `raise_limit` is never a rule's to decide."""

Risk = Literal["low", "medium", "high"]
"""low: reads and dry runs. medium: writes in the workspace. high: deletes, network, outside the workspace."""

Level = Literal["allow", "ask", "deny"]
"""What a permission rule says of the actions it matches."""

RuleSource = Literal["default", "global", "project", "run"]
"""Which layer a rule comes from. `run`: remembered by a person for the current run only."""

RunStatus = Literal["ready", "running", "paused", "completed", "failed", "killed"]
"""Where a run is in its life. The last three are final."""

RunMode = Literal["idle", "planning", "executing", "reviewing", "testing"]
"""What kind of work the run is doing now."""

AgentRole = Literal["architect", "builder", "reviewer", "tester", "researcher"]
"""What an agent is there for."""

AgentStatus = Literal[
    "starting",
    "planning",
    "thinking",
    "calling_tool",
    "editing",
    "reviewing",
    "testing",
    "blocked",
    "waiting_for_approval",
    "paused",
    "completed",
    "failed",
    "killed",
]
"""What an agent is doing now. The last three are final."""

ToolOutcome = Literal["ok", "error", "denied", "interrupted"]
"""How a tool call ended. `denied`: a rule or a person said no. `interrupted`: killed, or its run was."""

Decision = Literal["approved", "rejected", "auto_approved", "auto_rejected", "expired"]
"""How an approval ended. The two `auto_` ones are a rule's; `expired` is never an approval."""

ChangeKind = Literal["add", "update", "delete", "move"]
"""What a patch does to one file."""

McpStatus = Literal["starting", "ready", "degraded", "unavailable", "needs_auth", "disabled"]
"""Whether an MCP server can be used."""

ConnectionHealth = Literal["nominal", "connecting", "reconnect", "degraded", "offline"]
"""Health of the cockpit's transport."""

LimitKind = Literal["cost_usd", "tokens", "steps"]
"""What a limit of a run counts."""

Severity = Literal["soft", "hard", "limit"]
"""How serious a crossed usage threshold is."""

Capability = Literal["pause", "steer", "model", "sub_agents", "edited_input", "cost", "resume"]
"""What a harness can do. `model`: another model in the middle of a run. `resume`: go on after its agent crashed."""

OWN_LOOP = "native"
"""The harness that runs our own loop on a model."""

SandboxLevel = Literal["nominal", "partial", "off"]
"""How well a run's commands are confined. `partial`: to their folders and off the network, and not in every way."""

FINAL_RUN_STATUSES: frozenset[RunStatus] = frozenset(("completed", "failed", "killed"))
FINAL_AGENT_STATUSES: frozenset[AgentStatus] = frozenset(("completed", "failed", "killed"))
