"""Glyphs of the cockpit. Each stands beside its word: colour and shape never carry a meaning alone."""

from mogplex_cli.cockpit.kit.lines import Token
from mogplex_contracts.state.timeline import EntryStatus
from mogplex_contracts.vocabulary import AgentStatus, ConnectionHealth, McpStatus, Risk, RunStatus

Mark = tuple[str, Token]

RISK: dict[Risk, tuple[str, str, Token]] = {
    "low": ("○", "low", "normal"),
    "medium": ("◆", "medium", "warn"),
    "high": ("▲", "HIGH", "danger_strong"),
}
"""Glyph, word and look of a risk."""

HEALTH: dict[ConnectionHealth, Mark] = {
    "nominal": ("●", "ok"),
    "connecting": ("○", "warn"),
    "reconnect": ("◆", "warn"),
    "degraded": ("◆", "warn"),
    "offline": ("▲", "danger_strong"),
}

RUN: dict[RunStatus, Mark] = {
    "ready": ("●", "ok"),
    "running": ("◆", "bright"),
    "paused": ("‖", "warn"),
    "completed": ("✓", "ok"),
    "failed": ("✗", "danger_strong"),
    "killed": ("✗", "danger"),
}

AGENT: dict[AgentStatus, Mark] = {
    "starting": ("◆", "accent"),
    "planning": ("◆", "accent"),
    "thinking": ("◆", "accent"),
    "calling_tool": ("◆", "accent"),
    "editing": ("◆", "accent"),
    "reviewing": ("◆", "accent"),
    "testing": ("◆", "accent"),
    "blocked": ("◇", "warn"),
    "waiting_for_approval": ("◇", "warn"),
    "paused": ("‖", "dim"),
    "completed": ("✓", "ok"),
    "failed": ("✗", "danger"),
    "killed": ("✗", "danger"),
}

AGENT_WORDS: dict[AgentStatus, str] = {"calling_tool": "working", "waiting_for_approval": "waiting"}
"""Shorter words where the exact one does not fit a card."""

ENTRY: dict[EntryStatus, Mark] = {
    "none": (" ", "normal"),
    "running": ("◆", "accent"),
    "waiting": ("◇", "warn"),
    "ok": ("✓", "ok"),
    "error": ("✗", "danger"),
    "denied": ("✗", "danger"),
    "interrupted": ("✗", "warn"),
    "expired": ("○", "warn"),
}

MCP: dict[McpStatus, Mark] = {
    "starting": ("○", "dim"),
    "ready": ("●", "ok"),
    "degraded": ("◆", "warn"),
    "unavailable": ("▲", "danger"),
    "needs_auth": ("○", "warn"),
    "disabled": ("○", "dim"),
}

MCP_WORDS: dict[McpStatus, str] = {"needs_auth": "needs sign-in", "ready": ""}

ACTIVITY = "◐◓◑◒"
"""Frames of a working agent: the only motion of the cockpit."""
