"""One connection to a server: its tools, a call, a sign of life. With the two transports all that knows `mcp`."""

import json
import logging
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, assert_never

import anyio
from mcp import Client, MCPError
from mcp.types import (
    CONNECTION_CLOSED,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    REQUEST_TIMEOUT,
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    Implementation,
    ResourceLink,
    TextContent,
    TextResourceContents,
    ToolListChangedNotification,
)

from mogplex_contracts.events.mcp import McpTool
from mogplex_contracts.text import one_line
from mogplex_contracts.version import VERSION
from mogplex_daemon.harness.base import McpServerSpec
from mogplex_daemon.runhost.kept_text import KeptText
from mogplex_daemon.runhost.mcp.failures import REASON_CHARACTERS, CallFailed, ConnectionLost
from mogplex_daemon.runhost.mcp.program_transport import program_transport
from mogplex_daemon.runhost.mcp.trace import Trace
from mogplex_daemon.runhost.mcp.web_transport import web_transport

MOST_TOOLS = 200
"""Of one server; a model could not tell more apart."""
DESCRIPTION_CHARACTERS = 4_000
SCHEMA_CHARACTERS = 40_000
"""Of the JSON of one tool's schema; a longer one is replaced by one that takes any object."""
REFUSED = (INVALID_PARAMS, METHOD_NOT_FOUND)
"""Errors that are about the call itself, with whatever status they come."""
IN_THE_MIDDLE = "it was lost during this call, which may have had its effect or not"
RESULT_CHARACTERS = 100_000
# The library logs whole tracebacks, which may hold addresses with tokens; what matters is told in events.
logging.getLogger("mcp").addHandler(logging.NullHandler())
logging.getLogger("mcp").propagate = False

NO_SESSION = (400, 401, 404)
"""What a server on the web answers when it knows the session, or whoever calls, no more."""

Output = Callable[[str], Awaitable[None]]
"""Takes a line about how far a call is."""
Result = tuple[str, bool]
"""What a tool answered as text, and whether it calls that an error."""


class News:
    """What a server says unasked."""

    def __init__(self) -> None:
        self.tools = anyio.Event()
        """Set when it has other tools now."""

    async def hear(self, message: object) -> None:
        """Take one message."""
        if isinstance(message, ToolListChangedNotification):
            self.tools.set()


class Connection:
    """A server that answers."""

    def __init__(self, client: Client, trace: Trace, news: News) -> None:
        self._client = client
        self._trace = trace
        self._news = news

    async def tools_changed(self) -> None:
        """Wait until the server says that it has other tools than it was last asked for."""
        await self._news.tools.wait()

    async def ended(self) -> None:
        """Wait until the process of the server has ended; for ever for a server on the web."""
        await self._trace.ended.wait()

    async def tools(self) -> tuple[McpTool, ...]:
        """What it offers, at most MOST_TOOLS. Raises what the transport raises."""
        self._news.tools = anyio.Event()
        found: dict[str, McpTool] = {}
        cursor: str | None = None
        while len(found) < MOST_TOOLS:
            page = await self._client.list_tools(cursor=cursor)
            before = len(found)
            for tool in page.tools:
                described = McpTool(
                    name=tool.name,
                    description=(tool.description or "")[:DESCRIPTION_CHARACTERS],
                    input_schema=_bounded(tool.input_schema),
                )
                found.setdefault(tool.name, described)
            cursor = page.next_cursor
            # Some pages lead back to themselves.
            if not cursor or len(found) == before:
                break
        return tuple(found.values())[:MOST_TOOLS]

    async def call(self, tool: str, arguments: dict[str, Any], seconds: float, output: Output) -> Result:
        """Call a tool. Raises CallFailed, and ConnectionLost when the connection is of no use any more."""

        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            share = f"{progress:g}/{total:g}" if total else f"{progress:g}"
            await output(f"[{share}] {message or ''}".rstrip() + "\n")

        try:
            answer = await self._client.call_tool(tool, arguments, seconds, on_progress)
        except MCPError as error:
            if error.error.code == REQUEST_TIMEOUT:
                raise CallFailed(f"it did not answer within {seconds:g} s") from error
            if self._trace.http_status in NO_SESSION and error.error.code not in REFUSED:
                raise ConnectionLost(f"it did not take this call (HTTP {self._trace.http_status})") from error
            if error.error.code == CONNECTION_CLOSED:
                raise ConnectionLost(IN_THE_MIDDLE) from error
            raise CallFailed(_reason(error)) from error
        except (anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
            raise ConnectionLost(IN_THE_MIDDLE) from error
        return _text(answer), answer.is_error

    async def ping(self, seconds: float) -> bool:
        """Whether it answers within `seconds`, if only that it knows no such request."""
        with anyio.move_on_after(seconds):
            try:
                await self._client.session.send_ping()
            except MCPError as error:
                return error.error.code not in (CONNECTION_CLOSED, REQUEST_TIMEOUT)
            except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                return False
            return True
        return False


@asynccontextmanager
async def open_connection(spec: McpServerSpec, run_folder: Path, trace: Trace) -> AsyncGenerator[Connection]:
    """Connect to a server. Enter and leave it in one task. Raises whatever the ways to a server raise."""
    news = News()
    transport = program_transport(spec, run_folder, trace) if spec.argv else web_transport(spec, trace)
    async with Client(
        transport,
        message_handler=news.hear,
        client_info=Implementation(name="mogplex", title="Mogplex", version=VERSION),
        cache=None,
    ) as client:
        yield Connection(client, trace, news)


def _reason(error: MCPError) -> str:
    return one_line(error.error.message, REASON_CHARACTERS) or f"error {error.error.code}"


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(schema, default=str)) <= SCHEMA_CHARACTERS:
        return schema
    return {"type": "object"}


def _text(result: CallToolResult) -> str:
    """What a tool answered, for a model: texts as they are, everything else named."""
    kept = KeptText(RESULT_CHARACTERS)
    for number, piece in enumerate(_pieces(result)):
        kept.add(f"\n{piece}" if number else piece)
    return kept.text() or "[no output]"


def _pieces(result: CallToolResult) -> Iterable[str]:
    for block in result.content:
        yield _piece(block)
    if not result.content and result.structured_content is not None:
        yield json.dumps(result.structured_content, ensure_ascii=False, default=str)


def _piece(block: ContentBlock) -> str:
    match block:
        case TextContent():
            return block.text
        case ImageContent() | AudioContent():
            return f"[{block.type}, {block.mime_type}, {_bytes(block.data)}: cannot be shown]"
        case ResourceLink():
            return f"[resource {block.name}: {block.uri}]"
        case EmbeddedResource(resource=TextResourceContents() as resource):
            return f"[resource {resource.uri}]\n{resource.text}"
        case EmbeddedResource(resource=BlobResourceContents() as resource):
            return f"[resource {resource.uri}, {_bytes(resource.blob)}: cannot be shown]"
        case EmbeddedResource():
            return "[a resource that cannot be shown]"
        case _:
            assert_never(block)


def _bytes(base64: str) -> str:
    return f"{math.ceil(len(base64) * 3 / 4):,} bytes"
