"""Every command of the wire, one family a file, and the union of all of them."""

from typing import TypeAlias

from mogplex_contracts.commands.admin import AdminCommand
from mogplex_contracts.commands.approval import ApprovalCommand
from mogplex_contracts.commands.mcp import McpCommand
from mogplex_contracts.commands.memory import MemoryCommand
from mogplex_contracts.commands.run import RunCommand
from mogplex_contracts.commands.session import SessionCommand

Command: TypeAlias = RunCommand | ApprovalCommand | SessionCommand | McpCommand | MemoryCommand | AdminCommand
"""Everything that can go up a transport."""
