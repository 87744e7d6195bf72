"""Tool calls."""

from typing import assert_never

from mogplex_contracts.events.tool import ToolEvent, ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.reduce.entries import add_entry, bounded, change_entry
from mogplex_contracts.reduce.evolve import evolve, put, without
from mogplex_contracts.state.message import LIVE_TAIL_CHARACTERS, Live, LiveText
from mogplex_contracts.state.run import RunState
from mogplex_contracts.state.timeline import DETAIL_CHARACTERS, TimelineEntry
from mogplex_contracts.state.tool import OpenCall


def reduce(state: RunState, event: ToolEvent) -> RunState:
    """The run after a tool call began, gave output or ended."""
    match event:
        case ToolStarted():
            call = OpenCall(
                call_id=event.call_id,
                agent_id=event.agent_id,
                tool=event.tool,
                action=event.action,
                target=event.target,
                started_at=event.ts,
                entry=state.timeline.count,
            )
            state = evolve(state, calls=put(state.calls, event.call_id, call))
            return add_entry(
                state,
                event,
                "tool",
                event.target,
                agent_id=event.agent_id,
                status="running",
                label=event.tool,
                ref=event.call_id,
            )
        case ToolOutput():
            if event.call_id not in state.calls:
                return state
            before = state.live.outputs.get(event.call_id)
            text = ((before.text if before else "") + event.text)[-LIVE_TAIL_CHARACTERS:]
            grown = LiveText(text=text)
            return evolve(
                state, live=evolve(state.live, outputs=put(state.live.outputs, event.call_id, grown))
            )
        case ToolFinished():
            return _finished(state, event)
        case _:
            assert_never(event)


def _finished(state: RunState, event: ToolFinished) -> RunState:
    call = state.calls.get(event.call_id)
    if call is None:
        return state
    live: Live = evolve(state.live, outputs=without(state.live.outputs, event.call_id))
    state = evolve(state, calls=without(state.calls, event.call_id), live=live)
    entry = state.timeline.get(call.entry)
    return change_entry(
        state,
        call.entry,
        status=event.outcome,
        note=_note(event, entry),
        duration_ms=event.duration_ms,
        detail=bounded(_detail(event, entry), DETAIL_CHARACTERS),
    )


def _note(event: ToolFinished, entry: TimelineEntry | None) -> str:
    if event.exit_code is not None:
        return f"exit {event.exit_code}"
    if event.outcome != "ok":
        return event.outcome
    return entry.note if entry else ""


def _detail(event: ToolFinished, entry: TimelineEntry | None) -> str:
    """What was known of the call before (who allowed it) stays above its output."""
    before = entry.detail if entry else ""
    return "\n".join(part for part in (before, event.output) if part)
