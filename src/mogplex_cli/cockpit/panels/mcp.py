"""The MCP strip: servers and whether each can be used."""

from collections.abc import Sequence

from textual import events

from mogplex_cli.cockpit.kit.glyphs import MCP, MCP_WORDS
from mogplex_cli.cockpit.kit.lines import Line, Span, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import plain
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.mcp import McpProps


class Mcp(Painted[McpProps]):
    """One row."""

    def draw(self, props: McpProps, width: int, height: int) -> Sequence[Line]:
        """The row."""
        spans: tuple[Span, ...] = ((" mcp", "dim"),)
        if not props.servers:
            spans = (*spans, ("  none configured", "dim"))
        for name, status in props.servers:
            glyph, token = MCP[status]
            word = MCP_WORDS.get(status, plain(status))
            spans = (*spans, (f"   {glyph} ", token), (name, "normal"))
            if word:
                spans = (*spans, (f" {word}", "dim" if token == "dim" else token))
        return (spread(spans, (), width),)

    def on_click(self, event: events.Click) -> None:
        """A click opens the servers."""
        event.stop()
        self.post_message(Invoke("mcp"))
