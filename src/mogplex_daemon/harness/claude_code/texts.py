"""What Claude Code's model writes, from its stream to whole messages. Pure: lines in, events out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from mogplex_contracts.events import Event
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, Reasoning, ReasoningDelta
from mogplex_daemon.harness.agents.reading import Object, as_count, as_object, as_text

Kind = Literal["text", "thinking"]


@dataclass(slots=True)
class _Open:
    """A block that is being written."""

    kind: Kind
    message_id: str
    pieces: list[str] = field(default_factory=list[str])


class Texts:
    """The messages of the main agent as they grow. Sub-agents do not stream: theirs come whole."""

    def __init__(self, new_message_id: Callable[[], str]) -> None:
        self._new_message_id = new_message_id
        self._streaming = ""
        """Id, as the agent gives it, of the answer that is being streamed."""
        self._open: dict[int, _Open] = {}

    def streamed(self, agent_id: str, event: Object) -> list[Event]:
        """The events of one raw event of the model's stream."""
        index = as_count(event.get("index"))
        match event.get("type"):
            case "message_start":
                cut = self.close(agent_id)
                self._streaming = as_text(as_object(event.get("message")).get("id"))
                return cut
            case "content_block_start":
                kind = as_object(event.get("content_block")).get("type")
                if kind == "text" or kind == "thinking":
                    self._open[index] = _Open(kind, self._new_message_id())
                return []
            case "content_block_delta":
                delta = as_object(event.get("delta"))
                return self._grow(
                    agent_id, index, as_text(delta.get("text")) or as_text(delta.get("thinking"))
                )
            case "message_stop":
                return self.close(agent_id)
            case _:
                return []

    def whole(self, agent_id: str, api_id: str, block: Object) -> list[Event]:
        """A block that is complete: it ends what was streamed of it."""
        kind: Kind = "thinking" if block.get("type") == "thinking" else "text"
        said = as_text(block.get(kind))
        index = self._index_of(kind) if api_id and api_id == self._streaming else None
        message_id = self._new_message_id() if index is None else self._open.pop(index).message_id
        return _told(kind, agent_id, message_id, said)

    def close(self, agent_id: str) -> list[Event]:
        """What was written when the stream ended or broke off: nothing that was seen live is lost."""
        left = [self._open.pop(index) for index in sorted(self._open)]
        return [
            event
            for each in left
            for event in _told(each.kind, agent_id, each.message_id, "".join(each.pieces))
        ]

    def _index_of(self, kind: Kind) -> int | None:
        return next((index for index in sorted(self._open) if self._open[index].kind == kind), None)

    def _grow(self, agent_id: str, index: int, piece: str) -> list[Event]:
        growing = self._open.get(index)
        if growing is None or not piece:
            return []
        growing.pieces.append(piece)
        delta = AssistantDelta if growing.kind == "text" else ReasoningDelta
        return [delta(agent_id=agent_id, message_id=growing.message_id, text=piece)]


def _told(kind: Kind, agent_id: str, message_id: str, text: str) -> list[Event]:
    if not text.strip():
        return []
    whole = AssistantMessage if kind == "text" else Reasoning
    return [whole(agent_id=agent_id, message_id=message_id, text=text)]
