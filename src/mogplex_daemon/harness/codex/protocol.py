"""What codex app-server says, as far as it matters here. Everything unknown in it is passed over.

A field with a default has it also when what was said is null or of another type; the others are needed.

Types of the protocol: `codex app-server generate-ts --experimental --out DIR`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic.alias_generators import to_camel

from mogplex_daemon.harness.agents.reading import LARGEST_COUNT, as_count, as_object, as_text

Count = Annotated[int, BeforeValidator(as_count)]


class Shape(BaseModel):
    """Of a message, in snake case; the wire has camel case."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _default_instead(
        cls, value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        try:
            return handler(value)
        except ValidationError:
            name = info.field_name or ""
            field = cls.model_fields[name]
            if field.is_required():
                raise
            odd: list[str] | None = info.context
            if value is not None and odd is not None:
                odd.append(to_camel(name))
            return field.get_default(call_default_factory=True)


class CommandExecution(Shape):
    """A shell command."""

    type: Literal["commandExecution"]
    id: str
    command: str = ""
    """As it is executed: a shell, an option and the line."""
    cwd: str = ""
    status: str = "inProgress"
    """inProgress, completed, failed or declined."""
    aggregated_output: str | None = None
    """stdout and stderr; of more than 1 MiB the head and the tail. None when there is none."""
    exit_code: int | None = Field(None, ge=-LARGEST_COUNT, le=LARGEST_COUNT)


class PatchKind(Shape):
    """What a patch does to one file."""

    type: Literal["add", "delete", "update"]
    move_path: str | None = Field(None, alias="move_path")
    """Where an updated file is moved to. The one field in snake case."""


class FileUpdate(Shape):
    """One file of a patch."""

    path: str
    """Absolute."""
    kind: PatchKind
    diff: str = ""
    """Hunks of an update; the whole text of a file that is added or deleted."""


class FileChange(Shape):
    """A patch."""

    type: Literal["fileChange"]
    id: str
    changes: tuple[FileUpdate, ...] | None = None
    """None: what it changes is not understood, and so nothing of it can be approved."""
    status: str = "inProgress"
    """inProgress, completed, failed or declined."""


class PatchUpdate(Shape):
    """What a patch changes now, while it is still being written."""

    changes: tuple[FileUpdate, ...] | None = None
    """As in FileChange."""


class ToolError(Shape):
    """Why a remote tool failed."""

    message: str = ""


class ToolAnswer(Shape):
    """What a remote tool gave."""

    content: tuple[Any, ...] = ()
    structured_content: Any = None


class McpToolCall(Shape):
    """A call of an MCP server's tool."""

    type: Literal["mcpToolCall"]
    id: str
    server: str = ""
    tool: str = ""
    status: str = "inProgress"
    """inProgress, completed or failed."""
    arguments: Any = None
    result: ToolAnswer | None = None
    error: ToolError | None = None


class AgentMessage(Shape):
    """Something the agent says; the last one of a turn is its answer."""

    type: Literal["agentMessage"]
    id: str
    text: str = ""


class ReasoningItem(Shape):
    """What the agent thinks: summaries, and the raw text where a provider gives it."""

    type: Literal["reasoning"]
    id: str
    summary: tuple[str, ...] = ()
    content: tuple[str, ...] = ()


class CollabCall(Shape):
    """The agent deals with agents of its own."""

    type: Literal["collabAgentToolCall"]
    id: str
    tool: str = ""
    """spawnAgent, sendInput, wait, closeAgent and others."""
    status: str = "inProgress"
    receiver_thread_ids: tuple[str, ...] = ()
    prompt: str | None = None
    model: str | None = None


class SubAgentActivity(Shape):
    """Something about an agent that the agent started; newer models tell it so."""

    type: Literal["subAgentActivity"]
    id: str
    kind: str = ""
    """started, interacted, interrupted or completed."""
    agent_thread_id: str
    agent_path: str = ""
    """Its name below those of its parents, such as `/root/count_files`."""
    model: str | None = None


class WebSearch(Shape):
    """A search of the web, by the provider."""

    type: Literal["webSearch"]
    id: str
    query: str | None = None


class ImageView(Shape):
    """The agent looks at a picture."""

    type: Literal["imageView"]
    id: str
    path: str = ""


class Compaction(Shape):
    """The conversation was shortened to fit."""

    type: Literal["contextCompaction"]
    id: str


Item = (
    CommandExecution
    | FileChange
    | McpToolCall
    | AgentMessage
    | ReasoningItem
    | CollabCall
    | SubAgentActivity
    | WebSearch
    | ImageView
    | Compaction
)
AnyShape = TypeVar("AnyShape", bound=Shape)
ITEMS: dict[str, type[Item]] = {
    "commandExecution": CommandExecution,
    "fileChange": FileChange,
    "mcpToolCall": McpToolCall,
    "agentMessage": AgentMessage,
    "reasoning": ReasoningItem,
    "collabAgentToolCall": CollabCall,
    "subAgentActivity": SubAgentActivity,
    "webSearch": WebSearch,
    "imageView": ImageView,
    "contextCompaction": Compaction,
}
"""The items that are shown."""


class Tokens(Shape):
    """A count of tokens."""

    total_tokens: Count = 0
    input_tokens: Count = 0
    cached_input_tokens: Count = 0
    cache_write_input_tokens: Count = 0
    output_tokens: Count = 0
    reasoning_output_tokens: Count = 0


class TokenUsage(Shape):
    """Tokens of a thread: all, and those of the last response."""

    total: Tokens = Tokens()
    last: Tokens = Tokens()
    model_context_window: int | None = Field(None, gt=0, le=LARGEST_COUNT)


class TurnError(Shape):
    """Why a turn failed, or is tried again."""

    message: str = ""
    codex_error_info: Any = None
    """A name, or a name with an HTTP status."""
    additional_details: str | None = None


class Turn(Shape):
    """One prompt and all that came of it."""

    id: str = ""
    status: str = "inProgress"
    """completed, interrupted, failed or inProgress."""
    error: TurnError | None = None


class PlanStepShape(Shape):
    """One step of a plan."""

    step: str
    status: str = "pending"
    """pending, inProgress or completed."""


def read_shape(shape: type[AnyShape], raw: object, odd: list[str]) -> AnyShape:
    """What a part of a message says. Raises pydantic's ValidationError when something needed is missing.

    `odd` is told the names of what was there and was not understood.
    """
    found = as_object(raw)
    if raw is not None and not isinstance(raw, dict):
        odd.append(shape.__name__)
    return shape.model_validate(found, context=odd)


def read_item(raw: Mapping[str, Any], odd: list[str]) -> Item | None:
    """The item, when it is one that is shown. Raises and tells as `read_shape` does."""
    shape = ITEMS.get(as_text(raw.get("type")))
    return None if shape is None else read_shape(shape, raw, odd)
