"""What a harness is, and the little it is given.

A harness drives one agent program or model loop for one run. It emits contract events and asks the gate; it
never writes the journal and never decides a permission. It sees the run only through `HarnessContext`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from mogplex_contracts.events import Event
from mogplex_contracts.framing import MAX_LINE_BYTES, Oversized
from mogplex_contracts.vocabulary import ActionKind, Decision, PermissionMode, Risk, ToolOutcome
from mogplex_daemon.harness.model_access import ModelAccess


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """Something an agent wants to do, as it is put to the gate and shown to the person who decides."""

    kind: ActionKind
    descriptor: str
    """What rules match: `bash:git status`, `write:src/a.py`, `memory:review/auth`. See DECISIONS 3."""
    target: str
    """What a person reads: the exact command, the path, the key."""
    tool: str
    agent_id: str
    call_id: str
    detail: str = ""
    """Everything needed to decide: the full command or the unified diff. Never shortened."""
    risk: Risk | None = None
    """None: the gate infers it from kind and descriptor."""
    more_descriptors: tuple[str, ...] = ()
    """Further descriptors that must be allowed too, such as the other files of one patch."""
    patch_id: str | None = None
    ask_because: str = ""
    """Why a person decides even what a rule allows; empty: the rules decide. It never undoes a denial."""
    hunks: int = 0
    """For a patch that can be carried out in part: how many hunks its diff has. 0: all of it or nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer. Only `approved` and `auto_approved` let the action happen."""

    decision: Decision
    note: str = ""
    """What the person added, or the rule and file that decided: it is told to the agent."""
    kept_hunks: tuple[int, ...] | None = None
    """The only hunks that may be applied, by number from 1; None for all. Only for requests that named hunks."""

    @property
    def allowed(self) -> bool:
        """Whether the action may happen."""
        return self.decision in ("approved", "auto_approved")


@dataclass(frozen=True, slots=True)
class ToolResult:
    """How a tool call ended. `text` goes to the model; the journal gets a bounded copy of it."""

    outcome: ToolOutcome
    text: str
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """Who calls: the ids an event of this call carries, and where live output goes."""

    agent_id: str
    call_id: str
    output: Callable[[str], Awaitable[None]]
    """Streams a piece of live output; it reaches whoever watches now and is not journaled."""


class Tool(Protocol):
    """One tool a model can call. `run` goes through the gate by itself for every side effect."""

    @property
    def name(self) -> str:
        """The tool's name as the model calls it."""
        ...

    @property
    def description(self) -> str:
        """What the tool does, told to the model."""
        ...

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        ...

    def action(self, arguments: dict[str, Any]) -> tuple[ActionKind, str]:
        """The action kind and the target to show for these arguments; never raises."""
        ...

    async def run(self, call: ToolCall, arguments: dict[str, Any]) -> ToolResult:
        """Do it. Bad arguments, refusals and failures are results, not exceptions."""
        ...


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What the run was started with."""

    run_id: str
    task: str
    cwd: Path
    """The workspace, absolute, symlinks resolved."""
    model: str | None = None
    instructions: str = ""
    """What the repo's instruction files say; it belongs into the system prompt of every agent."""
    patience: float = 60.0
    """Seconds an agent may try to reach its model, or leave us without an answer, until the run is given up."""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    """Settings of one harness each, such as `codex.asks`."""
    disabled_tools: tuple[str, ...] = ()
    """Tools the project does without; the host offers none of them."""
    models: ModelAccess = field(default_factory=ModelAccess)
    """Where models can be called, for a harness that calls them itself."""
    continues: Path | None = None
    """The harness's folder of the run whose work is taken up again; None for a run that begins anew."""


@dataclass(frozen=True, slots=True)
class AgentCommand:
    """How an agent program is started."""

    argv: tuple[str, ...]
    """The program, by absolute path or by a name on PATH, and its arguments."""
    environ: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    """Set over the environment of the host; None takes a variable away."""
    line_limit: int = MAX_LINE_BYTES
    """Bytes of the longest line that is kept."""


class AgentProgram(Protocol):
    """A running agent program: lines in, lines out."""

    @property
    def pid(self) -> int:
        """Its process id."""
        ...

    @property
    def exit_code(self) -> int | None:
        """How it ended, 128 + n after signal n; None while it runs."""
        ...

    @property
    def stderr_tail(self) -> str:
        """The last of what it said on stderr, at most 8,192 characters, fit to be shown."""
        ...

    async def send(self, line: bytes) -> None:
        """Send one line, given without its newline. Raises AgentGone when the program no longer reads."""
        ...

    async def receive(self) -> bytes | Oversized | None:
        """The next line of its stdout, without its newline; None when stdout has ended."""
        ...

    async def close_input(self) -> None:
        """End its stdin, which asks most agents to leave."""
        ...

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


class AgentNotStarted(Exception):
    """An agent program could not be started; the message names the program, why, and what to do."""


class AgentGone(Exception):
    """An agent program does not read any more: it has ended or closed its stdin."""


@dataclass(frozen=True, slots=True)
class McpServerSpec:
    """An MCP server as an agent with a client of its own is given it: a program, or a web address.

    What it holds may be secret: it goes into private config and environments, never into an event or a log.
    """

    name: str
    """Letters, digits, `-` and `_`; rules speak of `mcp:<name>/<tool>`."""
    argv: tuple[str, ...] = ()
    """The program, by absolute path or by a name on PATH, and its arguments; empty for a web address."""
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Added to the environment of the program."""
    cwd: Path | None = None
    """Where the program is started, absolute; None for a web address."""
    url: str = field(default="", repr=False)
    """Where it listens: streamable HTTP, or server-sent events when the path ends in `/sse`."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Sent with every request to `url`."""
    startup_seconds: float = 30.0
    """How long it may take to answer for the first time."""
    call_seconds: float = 300.0
    """How long a call may take."""


class HarnessContext(Protocol):
    """What the run host hands to a harness."""

    @property
    def spec(self) -> RunSpec:
        """What the run was started with."""
        ...

    @property
    def model(self) -> str | None:
        """The model to use for the next call: the run's, or the one a person has chosen since."""
        ...

    @property
    def mode(self) -> PermissionMode:
        """The permission mode of the run, for agents with modes of their own. The gate decides all the same."""
        ...

    @property
    def folder(self) -> Path:
        """A folder of this run for the harness alone, 0700: an agent's private config, sessions and files."""
        ...

    def without_secrets(self, line: bytes) -> bytes:
        """A line of JSON as it may lie on the disk: known secrets in it are a mark."""
        ...

    def agent_program(self, command: AgentCommand) -> AbstractAsyncContextManager[AgentProgram]:
        """Run an agent program in the workspace, in a session of its own.

        Leaving the context ends it, also by cancellation: its stdin is closed, then it is terminated, then
        killed, with everything it started. Entering raises AgentNotStarted.
        """
        ...

    @property
    def tools(self) -> Sequence[Tool]:
        """The tools a model loop may offer; harnesses with their own tools ignore them."""
        ...

    async def remote_tools(self) -> Sequence[Tool]:
        """The tools of the MCP servers that can be used now, for a model loop: ask before every model call.

        The first time, the servers are started, and waited for a little. Without servers it costs nothing.
        """
        ...

    async def mcp_servers(self) -> Sequence[McpServerSpec]:
        """The MCP servers an agent with a client of its own is to be given: at most five.

        Those of the project are asked for first, so this may wait for a person. The harness tells in
        `mcp_server_changed` what becomes of them, and asks the gate before a call (`remote_tool_action`).
        """
        ...

    async def emit(self, event: Event) -> Event:
        """Journal an event (live-only ones just go out) and return it with its `seq`, `id` and `ts`."""
        ...

    async def gate(self, request: ActionRequest) -> Verdict:
        """Ask whether an action may happen; waits as long as a person needs.

        A caller that is cancelled withdraws its request, which then counts as expired.
        """
        ...

    async def safe_point(self) -> None:
        """Call before each model call and each tool call: waits here while the run is paused."""
        ...

    @property
    def pausing(self) -> bool:
        """Whether the next safe point waits, for agents that have to be stopped first."""
        ...

    def next_message(self, agent_id: str) -> str | None:
        """The oldest follow-up nobody has seen, for an agent in the middle of its turn; None when there is none."""
        ...

    def next_turn(self, agent_id: str) -> str | None:
        """The same for an agent whose turn is over: what the turn was narrowed to no longer holds."""
        ...


class Harness(Protocol):
    """One way to drive an agent. A harness file holds one of these; HARNESSES lists them."""

    async def run(self, context: HarnessContext) -> None:
        """Work on the task until it is done. Cancellation means: stop now and leave nothing behind.

        Raises HarnessFailed when the run cannot go on; the message is shown to the person.
        """
        ...

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop the current step of one agent (or of all), keeping the run; False when nothing worked."""
        ...


@runtime_checkable
class SwitchesModel(Protocol):
    """A harness with something to do when a person chooses another model, beyond using it for the next call."""

    async def use_model(self, model: str) -> None:
        """Switch now. Raises HarnessRefused when the agent does not take the model: then the old one stays."""
        ...


class HarnessRefused(Exception):
    """The agent does not do what a person asked for; the message says why and what to do instead."""


class HarnessFailed(Exception):
    """The run cannot go on. `code` is for programs; the message says what happened and what to do now."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
