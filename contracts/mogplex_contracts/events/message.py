"""What people and agents say. Deltas are live-only; the whole message is journaled when it is complete."""

from typing import Literal

from mogplex_contracts.envelope import EventBase


class UserMessage(EventBase):
    """A person said something to an agent."""

    type: Literal["user_message"] = "user_message"
    message_id: str
    """Id of the message, `msg_…`."""
    text: str
    """What was said."""
    agent_id: str | None = None
    """Whom it is for; null for whichever agent works next."""
    allowed_tools: tuple[str, ...] | None = None
    """The only tools of the turn it makes; null when nothing narrows them."""


class AssistantDelta(EventBase):
    """A piece of a message an agent is writing. Live-only."""

    type: Literal["assistant_delta"] = "assistant_delta"
    agent_id: str
    """Who writes."""
    message_id: str
    """The message it belongs to."""
    text: str
    """The piece, to be appended."""


class AssistantMessage(EventBase):
    """An agent's complete message."""

    type: Literal["assistant_message"] = "assistant_message"
    agent_id: str
    """Who wrote."""
    message_id: str
    """Id of the message, the one its deltas carried."""
    text: str
    """The whole text."""


class ReasoningDelta(EventBase):
    """A piece of an agent's reasoning. Live-only."""

    type: Literal["reasoning_delta"] = "reasoning_delta"
    agent_id: str
    """Who reasons."""
    message_id: str
    """The reasoning it belongs to."""
    text: str
    """The piece, to be appended."""


class Reasoning(EventBase):
    """A complete piece of an agent's reasoning."""

    type: Literal["reasoning"] = "reasoning"
    agent_id: str
    """Who reasoned."""
    message_id: str
    """Id of the reasoning, the one its deltas carried."""
    text: str
    """The whole text."""


MessageEvent = UserMessage | AssistantDelta | AssistantMessage | ReasoningDelta | Reasoning
