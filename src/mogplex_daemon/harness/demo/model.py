"""A script as a model: reads the message history for the script, and streams its steps word by word."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import (
    AgentInfo,
    DeltaThinkingCalls,
    DeltaThinkingPart,
    DeltaToolCall,
    DeltaToolCalls,
    FunctionModel,
)

from mogplex_contracts.ids import new_id
from mogplex_contracts.vocabulary import ToolOutcome
from mogplex_daemon.harness.demo.script import Notes, Result, Script, Step
from mogplex_daemon.harness.loop.agent_loop import INTERRUPTED_NOTE

MODEL_NAME = "offline-demo"
OFFLINE_DEMO = "offline demo"
WORDS = re.compile(r"\s*\S+\s*")
QUOTED_CHARACTERS = 200
OUTCOMES: dict[str, ToolOutcome] = {
    "success": "ok",
    "failed": "error",
    "retried": "error",
    "denied": "denied",
    "interrupted": "interrupted",
}
"""By what pydantic-ai calls them."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A message history as far as a script needs it."""

    results: tuple[Result, ...]
    """Its own finished calls, oldest first."""
    done: bool
    """Whether the script has said its last word."""
    unanswered: tuple[str, ...]
    """What people said since its last answer."""


def script_model(script: Script, notes: Notes, who: str = OFFLINE_DEMO) -> FunctionModel:
    """The model that follows `script`. Its usage is an estimate and means nothing. `who` answers messages."""

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return ModelResponse(parts=_parts(next_step(script, notes, messages, who)))

    async def stream(
        messages: list[ModelMessage], info: AgentInfo
    ) -> AsyncIterator[str | DeltaThinkingCalls | DeltaToolCalls]:
        step = next_step(script, notes, messages, who)
        for word in WORDS.findall(step.think):
            yield {0: DeltaThinkingPart(content=word)}
        for word in WORDS.findall(step.say):
            yield word
        if step.use is not None:
            arguments = json.dumps(step.use.arguments)
            yield {1: DeltaToolCall(step.use.tool, arguments, tool_call_id=new_id("call"))}

    return FunctionModel(answer, stream_function=stream, model_name=MODEL_NAME)


def next_step(
    script: Script, notes: Notes, messages: Sequence[ModelMessage], who: str = OFFLINE_DEMO
) -> Step:
    """The script's next step; what people said meanwhile is answered first."""
    conversation = read_conversation(messages)
    replies = "\n\n".join(_reply(said, who) for said in conversation.unanswered)
    if conversation.done:
        return Step(say=replies or "[interrupted] There was nothing left to do.")
    step = script(notes, conversation.results)
    say = "\n\n".join(part for part in (replies, step.say) if part)
    return Step(say=say, think=step.think, use=step.use)


def read_conversation(messages: Sequence[ModelMessage]) -> Conversation:
    """The results, the state and the open messages of a history. Its first prompt is the task itself."""
    calls: dict[str, ToolCallPart] = {}
    results: list[Result] = []
    prompts = 0
    unanswered: list[str] = []
    done = False
    for message in messages:
        if isinstance(message, ModelResponse):
            # An interrupted answer counts for nothing: it is given again.
            if message.state == "complete":
                asked = [part for part in message.parts if isinstance(part, ToolCallPart)]
                calls |= {call.tool_call_id: call for call in asked}
                done = done or not asked
                unanswered.clear()
            continue
        for part in message.parts:
            if isinstance(part, ToolReturnPart):
                results.append(_result(part, calls.get(part.tool_call_id)))
            elif isinstance(part, UserPromptPart):
                prompts += 1
                if prompts > 1 and part.content != INTERRUPTED_NOTE:
                    unanswered.append(str(part.content))
    return Conversation(tuple(results), done, tuple(unanswered))


def _result(answer: ToolReturnPart, call: ToolCallPart | None) -> Result:
    return Result(
        tool=answer.tool_name,
        arguments=call.args_as_dict() if call else {},
        outcome=OUTCOMES[answer.outcome],
        text=answer.model_response_str(wrap_if_error=False),
    )


def _reply(said: str, who: str) -> str:
    line = " ".join(said.split())
    quoted = line if len(line) <= QUOTED_CHARACTERS else f"{line[:QUOTED_CHARACTERS]}…"
    return f"{who}: I am a script and can not act on messages; noted: {quoted}"


def _parts(step: Step) -> list[ModelResponsePart]:
    parts: list[ModelResponsePart] = []
    if step.think:
        parts.append(ThinkingPart(step.think))
    if step.say:
        parts.append(TextPart(step.say))
    if step.use is not None:
        parts.append(ToolCallPart(step.use.tool, step.use.arguments, tool_call_id=new_id("call")))
    return parts
