"""MCP servers: whether each can be used and why not, the end of its stderr, its tools with their arguments."""

from collections.abc import Iterator, Sequence

from mogplex_cli.cockpit.drawers.list_drawer import ListDrawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.glyphs import MCP, MCP_WORDS
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, pad, spread, wrap, wrap_exact
from mogplex_cli.cockpit.kit.listing import Listing, Row
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.cockpit.kit.words import plain
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.mcp_detail import McpDetailProps, ServerRow, ToolRow
from mogplex_contracts.vocabulary import McpStatus

NEXT: dict[McpStatus, str] = {
    "needs_auth": "sign in, then r",
    "unavailable": "mend what stands below, then r",
    "degraded": "some of its tools may fail · r connects anew",
    "starting": "it connects",
    "disabled": "it is switched off where it is configured",
    "ready": "",
}
"""What to do now."""
STDERR_ROWS = 12


class McpListing(Listing[McpDetailProps]):
    """A row a server; below them the one selected."""

    def __init__(self) -> None:
        super().__init__(id="drawer-list")
        self.schemas = False
        """Whether tools are shown with their whole schemas."""

    def rows(self, told: McpDetailProps, key: str, width: int) -> Sequence[Row]:
        """Heading and servers."""
        count = f"  {told.ready}/{told.enabled} ready" if told.enabled else ""
        rows: list[Row] = [
            ("", line((" MCP", "strong"), (count, "dim"), *as_of(told.stale))),
            ("", BLANK),
        ]
        rows.extend(
            ("", line((f"   {row}", "normal"))) for row in (wrap(told.empty, width - 6) if told.empty else ())
        )
        rows.extend((each.server, _row(each, width, selected=each.server == key)) for each in told.servers)
        return rows

    def text(self, told: McpDetailProps, key: str, width: int) -> Sequence[Line]:
        """The selected one."""
        server = next((each for each in told.servers if each.server == key), None)
        if server is None:
            return ()
        head = f"── {server.name} "
        body = server_lines(server, width - 5, schemas=self.schemas)
        return [
            BLANK,
            line((f" {head}", "dim"), ("─" * max(0, width - len(head) - 2), "faint")),
            *(Line((("   ", "normal"), *each.spans), each.ground) for each in body),
        ]


class McpDrawer(ListDrawer[McpDetailProps]):
    """Enter shows schemas, r connects anew, c copies the link."""

    context = "mcp"
    BINDINGS = [*bindings("mcp")]

    def __init__(self) -> None:
        self._mcp = McpListing()
        super().__init__(self._mcp)

    def order(self, told: McpDetailProps) -> Sequence[str]:
        """In the order they were heard of."""
        return [each.server for each in told.servers]

    def begin_with(self, told: McpDetailProps) -> str:
        """The one that was asked for, else the first that is in trouble."""
        return told.first or super().begin_with(told)

    def idle(self) -> frozenset[str]:
        """A server without tools has no schemas, and not every one has a link."""
        server = self._server()
        acts = (
            ("choose", server is not None and bool(server.tools)),
            ("reconnect", server is not None),
            ("link", server is not None and bool(server.link)),
        )
        return super().idle() | {key for key, can in acts if not can}

    def action_choose(self) -> None:
        """Whole schemas, or names of arguments again."""
        self._mcp.schemas = not self._mcp.schemas
        self.redraw()

    def action_reconnect(self) -> None:
        """Try the server again."""
        if self.selected:
            self.post_message(Invoke("reconnect_mcp", self.selected))

    def action_link(self) -> None:
        """Copy where a person signs in or changes the configuration."""
        server = self._server()
        self.post_message(Invoke("copy_link", server.link if server else ""))

    def _server(self) -> ServerRow | None:
        servers = self.told.servers if self.told else ()
        return next((each for each in servers if each.server == self.selected), None)


def _row(server: ServerRow, width: int, *, selected: bool) -> Line:
    glyph, token = MCP[server.status]
    why = " ".join(server.why.split()) or NEXT[server.status]
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        (f"{glyph} ", token),
        (pad(server.name, 16) + " ", "bright" if selected else "normal"),
        (pad(status_words(server.status), 15), "normal" if token in ("ok", "dim") else token),
        (why, "dim"),
    )
    tools = f"{len(server.tools)} tool{'s' if len(server.tools) != 1 else ''} " if server.tools else ""
    return spread(left, ((tools, "dim"),), width, "selected" if selected else "plain")


def server_lines(server: ServerRow, width: int, *, schemas: bool) -> Iterator[Line]:
    """Everything about one server in `width` cells. Pure."""
    glyph, token = MCP[server.status]
    # Why it waits or is off says more than that it does.
    told = server.why and server.status in ("starting", "disabled")
    now = f" · {NEXT[server.status]}" if NEXT[server.status] and not told else ""
    yield from _fact("status", f"{glyph} {status_words(server.status)}{now}", width)
    if server.why:
        yield from _fact("why", server.why, width, bright=token != "ok")
    if server.exit_code is not None:
        yield from _fact("exit", exit_words(server.exit_code), width)
    if server.source:
        yield from _fact("configured", server.source, width)
    if server.link:
        yield from _fact("link", f"{server.link} · c copies it", width)
    if server.stderr:
        yield BLANK
        yield line(("STDERR", "dim"), ("  its end", "dim"))
        for text in server.stderr[-STDERR_ROWS:]:
            for row in wrap_exact(text, width - 2):
                yield spread(((f" {row}", "normal"),), (), width, "code")
    if server.tools:
        yield BLANK
        yield line(("TOOLS", "dim"), (f"  {len(server.tools)}", "dim"))
        for tool in server.tools:
            yield from _tool(tool, width, schemas=schemas)


def _tool(tool: ToolRow, width: int, *, schemas: bool) -> Iterator[Line]:
    arguments: list[Span] = []
    for name, kind, needed in tool.arguments:
        arguments.extend(((f"  {name}", "normal"), (f" {kind}{'' if needed else '?'}", "dim")))
    yield spread(((tool.name, "bright"), *arguments), (), width)
    if tool.description:
        yield from (
            line((f"  {row}", "dim")) for row in wrap(tool.description, width - 2, None if schemas else 2)
        )
    if schemas:
        schema = tool.schema or "the server gave no schema"
        yield from (
            spread(((f"  {row}", "normal"),), (), width, "code") for row in wrap_exact(schema, width - 4)
        )


def status_words(status: McpStatus) -> str:
    """The status as a person says it, as in the strip."""
    return MCP_WORDS.get(status) or plain(status)


def exit_words(code: int) -> str:
    """How a process ended: `status 3`, `signal 9`."""
    return f"killed by signal {code - 128}" if code > 128 else f"its process ended with status {code}"


def _fact(label: str, text: str, width: int, *, bright: bool = False) -> Iterator[Line]:
    for place, row in enumerate(wrap(text, width - 12)):
        yield line((pad(label if place == 0 else "", 12), "dim"), (row, "bright" if bright else "normal"))
