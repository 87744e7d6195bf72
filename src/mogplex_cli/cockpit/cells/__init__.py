"""One timeline cell a kind of entry. To add one: a function beside these, and a row here."""

from collections.abc import Callable

from mogplex_cli.cockpit.cells.agent import agent_cell
from mogplex_cli.cockpit.cells.approval import approval_cell
from mogplex_cli.cockpit.cells.base import Cell, CellContext
from mogplex_cli.cockpit.cells.message import message_cell, reasoning_cell, user_cell
from mogplex_cli.cockpit.cells.notice import (
    diagnostic_cell,
    error_cell,
    mcp_cell,
    memory_cell,
    model_cell,
    usage_cell,
)
from mogplex_cli.cockpit.cells.patch import patch_cell
from mogplex_cli.cockpit.cells.plan import plan_cell
from mogplex_cli.cockpit.cells.run import run_cell
from mogplex_cli.cockpit.cells.tool import tool_cell
from mogplex_contracts.state.timeline import EntryKind, TimelineEntry

CELLS: dict[EntryKind, Callable[[TimelineEntry, CellContext], Cell]] = {
    "run": run_cell,
    "agent": agent_cell,
    "plan": plan_cell,
    "user": user_cell,
    "message": message_cell,
    "reasoning": reasoning_cell,
    "tool": tool_cell,
    "patch": patch_cell,
    "approval": approval_cell,
    "mcp": mcp_cell,
    "memory": memory_cell,
    "model": model_cell,
    "usage": usage_cell,
    "error": error_cell,
    "diagnostic": diagnostic_cell,
}
