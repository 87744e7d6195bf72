"""What people and agents say."""

from typing import assert_never

from mogplex_contracts.events.message import (
    AssistantDelta,
    AssistantMessage,
    MessageEvent,
    Reasoning,
    ReasoningDelta,
    UserMessage,
)
from mogplex_contracts.reduce.entries import add_entry
from mogplex_contracts.reduce.evolve import evolve, put, without
from mogplex_contracts.state.message import LIVE_TAIL_CHARACTERS, Live, LiveText
from mogplex_contracts.state.run import RunState


def reduce(state: RunState, event: MessageEvent) -> RunState:
    """The run after a message or a piece of one."""
    match event:
        case UserMessage():
            return add_entry(
                state, event, "user", event.text, label="you", detail=event.text, ref=event.message_id
            )
        case AssistantDelta():
            return _grow(state, event, reasoning=False)
        case ReasoningDelta():
            return _grow(state, event, reasoning=True)
        case AssistantMessage() | Reasoning():
            live: Live = evolve(state.live, messages=without(state.live.messages, event.message_id))
            return add_entry(
                evolve(state, live=live),
                event,
                "message" if isinstance(event, AssistantMessage) else "reasoning",
                event.text,
                agent_id=event.agent_id,
                detail=event.text,
                ref=event.message_id,
            )
        case _:
            assert_never(event)


def _grow(state: RunState, event: AssistantDelta | ReasoningDelta, *, reasoning: bool) -> RunState:
    before = state.live.messages.get(event.message_id)
    text = ((before.text if before else "") + event.text)[-LIVE_TAIL_CHARACTERS:]
    grown = LiveText(agent_id=event.agent_id, reasoning=reasoning, text=text)
    return evolve(state, live=evolve(state.live, messages=put(state.live.messages, event.message_id, grown)))
