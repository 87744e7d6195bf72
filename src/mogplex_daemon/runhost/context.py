"""What a harness sees of its run: the implementation of HarnessContext."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.harness.base import (
    ActionRequest,
    AgentCommand,
    AgentProgram,
    McpServerSpec,
    RunSpec,
    Tool,
    Verdict,
)
from mogplex_daemon.runhost.agent_program import running_agent
from mogplex_daemon.runhost.gate import Emit, Gate
from mogplex_daemon.runhost.mcp.registry import McpServers
from mogplex_daemon.runhost.pause import PauseGate
from mogplex_daemon.runhost.turn_tools import Message, TurnTools, narrowed


@dataclass(eq=False)
class RunContext:
    """Hands each question of the harness to the part of the host that answers it."""

    spec: RunSpec
    emit_fact: Emit
    permission_gate: Gate
    pause_gate: PauseGate
    turn_tools: TurnTools
    mode: PermissionMode
    agent_folder: Path
    servers: McpServers
    tools: Sequence[Tool] = ()
    messages: deque[Message] = field(default_factory=deque[Message])
    """Follow-ups no agent has seen yet, oldest first."""
    model: str | None = None
    """The model a person chose last, or the one the run was started with."""
    turn_over: Callable[[], None] = lambda: None
    """Hears that an agent's turn is over."""
    clean: Callable[[bytes], bytes] = bytes
    """Takes secrets out of a line of JSON."""
    ended: set[str] = field(default_factory=set[str])
    """Agents that have finished: what is for one of them is for whoever works next."""
    after_fact: Callable[[Event], Awaitable[None]] | None = None
    """Sees every event of the harness once it is recorded."""

    @property
    def folder(self) -> Path:
        """The folder of the harness, made when it is first asked for."""
        self.agent_folder.mkdir(mode=0o700, exist_ok=True)
        return self.agent_folder

    def agent_program(self, command: AgentCommand) -> AbstractAsyncContextManager[AgentProgram]:
        """Run an agent program in the workspace until the context is left."""
        return running_agent(command, self.spec.cwd, self.agent_folder.parent)

    def without_secrets(self, line: bytes) -> bytes:
        """A line of JSON as it may lie on the disk."""
        return self.clean(line)

    async def remote_tools(self) -> Sequence[Tool]:
        """The tools of the MCP servers that can be used now."""
        return narrowed(await self.servers.tools(), self.turn_tools)

    async def mcp_servers(self) -> Sequence[McpServerSpec]:
        """The MCP servers an agent with a client of its own is to be given."""
        return await self.servers.specs()

    async def emit(self, event: Event) -> Event:
        """Journal an event (live-only ones just go out)."""
        if isinstance(event, AgentSpawned) and event.parent_id is not None:
            self.turn_tools.inherit(event.agent_id, event.parent_id)
        if isinstance(event, AgentFinished):
            self.ended.add(event.agent_id)
        fact = await self.emit_fact(event)
        if self.after_fact is not None:
            await self.after_fact(fact)
        return fact

    async def gate(self, request: ActionRequest) -> Verdict:
        """Ask whether an action may happen."""
        return await self.permission_gate.decide(request)

    async def safe_point(self) -> None:
        """Wait here while the run is paused."""
        await self.pause_gate.safe_point()

    @property
    def pausing(self) -> bool:
        """Whether the next safe point waits."""
        return self.pause_gate.wanted

    def next_message(self, agent_id: str) -> str | None:
        """The oldest follow-up nobody has seen, for an agent in the middle of its turn."""
        message = next((each for each in self.messages if self._is_for(each, agent_id)), None)
        if message is None:
            return None
        self.messages.remove(message)
        self.turn_tools.join(agent_id, message.allowed_tools)
        return message.text

    def next_turn(self, agent_id: str) -> str | None:
        """The same for an agent whose turn is over."""
        self.turn_tools.begin(agent_id, None)
        self.turn_over()
        return self.next_message(agent_id)

    def _is_for(self, message: Message, agent_id: str) -> bool:
        return message.agent_id is None or message.agent_id == agent_id or message.agent_id in self.ended
