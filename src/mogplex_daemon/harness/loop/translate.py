"""From what a model streams to contract events. Pure: events in, events out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic_ai.messages import (
    AgentStreamEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
)

from mogplex_contracts.events import Event
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning, ReasoningDelta


@dataclass(slots=True)
class OpenText:
    """A message or a piece of reasoning that is being written."""

    kind: Literal["message", "reasoning"]
    message_id: str
    pieces: list[str] = field(default_factory=list[str])


class StreamTranslation:
    """Translates the stream of one model response; tool calls in it are passed over, the toolset tells them."""

    def __init__(self, agent_id: str, new_message_id: Callable[[], str]) -> None:
        self._agent_id = agent_id
        self._new_message_id = new_message_id
        self._open: dict[int, OpenText] = {}

    def feed(self, event: AgentStreamEvent) -> list[Event]:
        """The contract events of one stream event, in order; often one, sometimes none."""
        match event:
            case PartStartEvent(index=index, part=TextPart(content=text)):
                return self._start(index, "message", text)
            case PartStartEvent(index=index, part=ThinkingPart(content=text)):
                return self._start(index, "reasoning", text)
            case PartDeltaEvent(index=index, delta=TextPartDelta(content_delta=text)):
                return self._grow(index, text)
            case PartDeltaEvent(index=index, delta=ThinkingPartDelta(content_delta=text)):
                return self._grow(index, text or "")
            case PartEndEvent(index=index):
                return self._end(index)
            case _:
                return []

    def close(self) -> list[Event]:
        """What was said when the stream broke off: nothing that was seen live is lost."""
        return [event for index in sorted(self._open) for event in self._end(index)]

    def _start(self, index: int, kind: Literal["message", "reasoning"], text: str) -> list[Event]:
        ended = self._end(index)
        self._open[index] = OpenText(kind, self._new_message_id())
        return ended + self._grow(index, text)

    def _grow(self, index: int, text: str) -> list[Event]:
        growing = self._open.get(index)
        if growing is None or not text:
            return []
        growing.pieces.append(text)
        delta = AssistantDelta if growing.kind == "message" else ReasoningDelta
        return [delta(agent_id=self._agent_id, message_id=growing.message_id, text=text)]

    def _end(self, index: int) -> list[Event]:
        ended = self._open.pop(index, None)
        text = "".join(ended.pieces) if ended else ""
        if ended is None or not text.strip():
            return []
        whole = AssistantMessage if ended.kind == "message" else Reasoning
        return [whole(agent_id=self._agent_id, message_id=ended.message_id, text=text)]
