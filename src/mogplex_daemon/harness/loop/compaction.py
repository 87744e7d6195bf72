"""Makes room in a full context: what was said first becomes a summary, what was said last stays as it is. Pure."""

from collections.abc import Sequence

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

KEPT_SHARE = 0.25
"""How much of the history stays word by word, measured in characters."""
RESULT_CHARACTERS = 1_500
"""How much of each tool result the one who sums up is shown."""
FALLBACK_CHARACTERS = 12_000
"""How much of the old messages stays when nobody could sum them up."""
CHARACTERS_A_TOKEN = 4

SUMMARY_INSTRUCTIONS = (
    "You sum up the first part of an agent's work, so that it can go on without having read it. Keep: what was asked "
    "for, to the letter where it matters; what people said since; decisions and why; every file that was read or "
    "changed and what is known of it; commands and how they ended; what failed; what is still to be done. Leave out "
    "courtesies and whatever does not matter any more. Write plain text, no preamble."
)


def split(history: Sequence[ModelMessage]) -> tuple[list[ModelMessage], list[ModelMessage]]:
    """What is to be summed up, and what stays. The first is empty where nothing can be.

    What stays begins with an answer of the model, so that no tool result loses its call.
    """
    sizes = [size(message) for message in history]
    kept, room = 0, KEPT_SHARE * sum(sizes)
    boundary = 0
    for position in range(len(history) - 1, 0, -1):
        kept += sizes[position]
        message = history[position]
        if isinstance(message, ModelResponse) and message.state == "complete":
            if boundary and kept > room:
                break
            boundary = position
    # The task alone is not worth a summary.
    return (list(history[:boundary]), list(history[boundary:])) if boundary > 1 else ([], list(history))


def compacted(summary: str, recent: Sequence[ModelMessage]) -> list[ModelMessage]:
    """The history from now on."""
    note = f"[the first part of this work, summed up to make room]\n{summary.strip()}"
    return [ModelRequest(parts=[UserPromptPart(note)]), *recent]


def transcript(messages: Sequence[ModelMessage]) -> str:
    """The messages as text, tool results shortened."""
    return "\n\n".join(line for message in messages for line in _lines(message))


def fallback(messages: Sequence[ModelMessage]) -> str:
    """What stays of messages nobody could sum up: their beginning and their end."""
    text = transcript(messages)
    return shortened(text, FALLBACK_CHARACTERS)


def size(message: ModelMessage) -> int:
    """About how many characters a message takes."""
    return sum(len(line) for line in _lines(message, whole=True))


def tokens(messages: Sequence[ModelMessage]) -> int:
    """About how many tokens messages take; a guess, to be told as one."""
    return sum(map(size, messages)) // CHARACTERS_A_TOKEN


def _lines(message: ModelMessage, *, whole: bool = False) -> list[str]:
    lines: list[str] = []
    for part in message.parts:
        match part:
            case UserPromptPart(content=str(text)):
                lines.append(f"PERSON: {text}")
            case TextPart(content=text):
                lines.append(f"AGENT: {text}")
            case ToolCallPart():
                lines.append(f"CALL {part.tool_name}: {part.args_as_json_str()}")
            case ToolReturnPart():
                text = part.model_response_str(wrap_if_error=False)
                shown = text if whole else shortened(text, RESULT_CHARACTERS)
                lines.append(f"RESULT of {part.tool_name} ({part.outcome}): {shown}")
            case _:
                pass
    return lines


def shortened(text: str, limit: int) -> str:
    """The beginning and the end of `text`, with how much is left out between them."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"
