"""What the host does for each command. One function a command, one table.

A handler returns what to tell the person (mostly nothing) and raises Refused.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mogplex_contracts.commands.approval import ApprovalDecide, RuleRevoke
from mogplex_contracts.commands.mcp import McpReconnect
from mogplex_contracts.commands.memory import MemoryDelete
from mogplex_contracts.commands.run import (
    AgentInterrupt,
    LimitsSet,
    ModelChange,
    RunKill,
    RunMessage,
    RunPause,
    RunResume,
    RunStart,
)
from mogplex_contracts.commands.session import Attach, Detach
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_contracts.events.link import Snapshot
from mogplex_contracts.events.notice import Diagnostic
from mogplex_daemon.runhost.audience import Follower
from mogplex_daemon.runhost.host import RunHost
from mogplex_daemon.wire.commands import Refused

SOFT_INTERRUPT = "soft interrupt by a person; a step that was named is stopped, the run goes on"


@dataclass(frozen=True, slots=True)
class Request:
    """What a handler works with."""

    host: RunHost
    follower: Follower
    by: Operator
    answer: Callable[[EventBase], None]


async def attach(request: Request, command: Attach) -> str:
    """Follow the run. State and cursor are taken in one step, so nothing falls between them."""
    if command.after_seq is None:
        state = request.host.recorder.state
        request.host.audience.follow(request.follower, None)
        request.answer(Snapshot(at_seq=state.last_seq, state=state))
    else:
        request.host.audience.follow(request.follower, command.after_seq)
    recorder = request.host.recorder
    request.answer(recorder.heartbeat())
    if recorder.trouble is not None:
        request.answer(recorder.trouble)
    return ""


async def detach(request: Request, command: Detach) -> str:
    """Follow the run no more."""
    request.host.audience.unfollow(request.follower)
    return ""


async def run_start(request: Request, command: RunStart) -> str:
    """A host has one run."""
    raise Refused("has_run", "this host already has its run; start another one in a host of its own")


async def run_pause(request: Request, command: RunPause) -> str:
    """Stop at the next safe point."""
    _require_running(request.host)
    if not request.host.pause_gate.pause(request.by):
        raise Refused("already_paused", "the run is paused already, or will be at its next safe point")
    return "pausing at the next safe point"


async def run_resume(request: Request, command: RunResume) -> str:
    """Go on, also after the disk was full."""
    _require_running(request.host)
    if request.host.stands_at_limit:
        raise Refused(
            "at_limit", "the run stands at its limit; decide the approval that waits to let it go on"
        )
    request.host.retry_journal()
    if not request.host.pause_gate.resume(request.by):
        raise Refused("not_paused", "the run is not paused")
    return ""


async def run_kill(request: Request, command: RunKill) -> str:
    """End the run now."""
    _require_running(request.host)
    request.host.end("killed", "operator", request.by)
    return ""


async def run_message(request: Request, command: RunMessage) -> str:
    """Say something to the agents."""
    _require_running(request.host)
    if not command.text.strip():
        raise Refused("empty_message", "there is nothing to send; type what the agent should know")
    model = request.host.recorder.state.model
    if command.model is not None and command.model != model:
        raise Refused(
            "model_fixed",
            f"this run uses {model or 'a model of its own'} to its end, {command.model} was asked for; "
            "ask again when it has ended",
        )
    await request.host.message(command, request.by)
    return ""


async def agent_interrupt(request: Request, command: AgentInterrupt) -> str:
    """Note that a person interrupts, and stop what the named agent does this moment."""
    _require_running(request.host)
    await request.host.recorder.emit(
        Diagnostic(code="soft_interrupt", message=SOFT_INTERRUPT, agent_id=command.agent_id), request.by
    )
    if command.agent_id is None:
        return ""
    if not await request.host.interrupt(command.agent_id):
        raise Refused("nothing_to_interrupt", "no tool call is running that could be interrupted")
    return ""


async def approval_decide(request: Request, command: ApprovalDecide) -> str:
    """Approve or reject."""
    await request.host.gate.answer(command, request.by)
    return ""


async def rule_revoke(request: Request, command: RuleRevoke) -> str:
    """Take back a rule that allows something."""
    _require_running(request.host)
    await request.host.gate.revoke(command, request.by)
    return f"{command.pattern} is no longer allowed ({command.where})"


async def model_change(request: Request, command: ModelChange) -> str:
    """Use another model; answered when it is decided."""
    _require_running(request.host)
    return await request.host.errands.carry_out(
        lambda: request.host.wishes.change_model(command.model, request.by)
    )


async def memory_delete(request: Request, command: MemoryDelete) -> str:
    """Forget a memory entry; answered when it is decided."""
    _require_running(request.host)
    return await request.host.errands.carry_out(
        lambda: request.host.wishes.delete_memory(command.key, request.by)
    )


async def mcp_reconnect(request: Request, command: McpReconnect) -> str:
    """Connect an MCP server anew."""
    _require_running(request.host)
    return await request.host.servers.reconnect(command.server)


async def limits_set(request: Request, command: LimitsSet) -> str:
    """Hold the run to other ceilings."""
    _require_running(request.host)
    if request.host.stands_at_limit:
        raise Refused("at_limit", "the run stands at its limit; decide the approval that waits")
    await request.host.set_limits(command.limits, request.by)
    return ""


def _require_running(host: RunHost) -> None:
    if host.ended:
        raise Refused(
            "run_ended", f"the run has ended ({host.recorder.state.status}); start a new one with /run"
        )


Handler = Callable[[Request, Any], Awaitable[str]]

HANDLERS: dict[type, Handler] = {
    Attach: attach,
    Detach: detach,
    RunStart: run_start,
    RunPause: run_pause,
    RunResume: run_resume,
    RunKill: run_kill,
    RunMessage: run_message,
    AgentInterrupt: agent_interrupt,
    ApprovalDecide: approval_decide,
    RuleRevoke: rule_revoke,
    ModelChange: model_change,
    LimitsSet: limits_set,
    MemoryDelete: memory_delete,
    McpReconnect: mcp_reconnect,
}
"""Commands a host carries out. What is not here is the daemon's, or not built."""
