"""The unions of all events of the wire."""

from typing import TypeAlias

from mogplex_contracts.events.agent import AgentEvent
from mogplex_contracts.events.approval import ApprovalEvent
from mogplex_contracts.events.link import LinkEvent
from mogplex_contracts.events.mcp import McpEvent
from mogplex_contracts.events.memory import MemoryEvent
from mogplex_contracts.events.message import MessageEvent
from mogplex_contracts.events.model import ModelEvent
from mogplex_contracts.events.notice import NoticeEvent
from mogplex_contracts.events.patch import PatchEvent
from mogplex_contracts.events.run import RunEvent
from mogplex_contracts.events.tool import ToolEvent
from mogplex_contracts.events.unknown import UnknownEvent
from mogplex_contracts.events.usage import UsageEvent

RunFact: TypeAlias = (
    RunEvent
    | AgentEvent
    | MessageEvent
    | ToolEvent
    | PatchEvent
    | ApprovalEvent
    | McpEvent
    | MemoryEvent
    | ModelEvent
    | UsageEvent
    | NoticeEvent
)
"""Events that say something about a run: journaled, or live-only pieces of what will be."""

Event: TypeAlias = RunFact | LinkEvent | UnknownEvent
"""Everything that can come down a transport."""
