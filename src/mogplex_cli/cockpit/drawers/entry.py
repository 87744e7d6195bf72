"""One timeline entry with everything known of it."""

from collections.abc import Sequence
from datetime import tzinfo

from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.diff_lines import diff_lines
from mogplex_cli.cockpit.kit.glyphs import ENTRY, RISK
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, pad, spread, wrap, wrap_exact
from mogplex_cli.cockpit.kit.pager import Pager
from mogplex_cli.cockpit.kit.rows import chain
from mogplex_cli.cockpit.kit.words import clock_time, duration, plain
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.entry import EntryProps
from mogplex_contracts.state.timeline import TimelineEntry

READ_EXACTLY = frozenset(("tool", "approval", "patch", "mcp"))
"""Kinds whose text is a command, a path or output: broken only where a row is full."""


class EntryText(Pager[EntryProps]):
    """Facts, then the text."""

    def __init__(self, zone: tzinfo | None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone

    def content(self, props: EntryProps, width: int) -> Sequence[Line]:
        """All of it."""
        entry = props.entry
        if entry is None:
            return (line(("  this entry has left the window; the journal still has it", "dim")),)
        room = width - 4
        lines = [_heading(entry, props, self._zone, room), BLANK, *_facts(entry, props, room), BLANK]
        diff = diff_lines(props.diff, room) if props.diff else ()
        gap = (BLANK,) if diff else ()
        return chain(lines, _text(entry, props, room), gap, diff, indent=_indented)


class EntryDrawer(Drawer[EntryProps]):
    """Scrolls, and turns to the entries beside."""

    context = "entry"
    BINDINGS = [*bindings("entry")]

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__(id="drawer")
        self._text = EntryText(zone, id="entry-text")
        self._index = -1
        self._props = EntryProps(None)

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, props: EntryProps) -> None:
        """Another entry starts at its top; the same one grows where it is."""
        index = props.entry.index if props.entry else -1
        if index != self._index:
            self._index = index
            self._text.to_start()
        self._text.show(props)
        self._props = props
        self.teach()

    def idle(self) -> frozenset[str]:
        """The first entry has none before it, the last none after; what fits is not scrolled."""
        told = self._props
        nothing = (
            ("up", not self._text.overflows),
            ("earlier", told.place <= 1),
            ("later", told.place >= told.count),
        )
        return frozenset(key for key, idle in nothing if idle)

    def action_up(self) -> None:
        """Scroll back a line."""
        self._text.scroll_lines(-1)

    def action_down(self) -> None:
        """Scroll on a line."""
        self._text.scroll_lines(1)

    def action_page_up(self) -> None:
        """Scroll back a page."""
        self._text.scroll_pages(-1)

    def action_page_down(self) -> None:
        """Scroll on a page."""
        self._text.scroll_pages(1)

    def action_earlier(self) -> None:
        """The entry before."""
        self.post_message(Invoke("turn_entry", str(self._index - 1)))

    def action_later(self) -> None:
        """The entry after."""
        self.post_message(Invoke("turn_entry", str(self._index + 1)))


def _indented(drawn: Line) -> Line:
    return Line((("  ", "normal"), *drawn.spans), drawn.ground)


def _heading(entry: TimelineEntry, props: EntryProps, zone: tzinfo | None, width: int) -> Line:
    left: tuple[Span, ...] = ((entry.kind.upper(), "strong"), (f"  {clock_time(entry.ts, zone)}", "dim"))
    return spread(left, ((f"{props.place} of {props.count}", "dim"),), width)


def _facts(entry: TimelineEntry, props: EntryProps, width: int) -> list[Line]:
    facts: list[tuple[str, Span]] = []
    if props.agent:
        facts.append(("agent", (props.agent, "normal")))
    if entry.label and entry.label != entry.kind:
        facts.append(("what", (plain(entry.label), "normal")))
    if entry.risk is not None:
        glyph, word, token = RISK[entry.risk]
        facts.append(("risk", (f"{glyph} {word}", token)))
    if entry.status != "none":
        glyph, token = ENTRY[entry.status]
        facts.append(("status", (f"{glyph} {entry.status}", token)))
    if entry.note:
        facts.append(("note", (entry.note, "normal")))
    if entry.duration_ms is not None:
        facts.append(("took", (duration(entry.duration_ms), "normal")))
    if entry.ref:
        facts.append(("id", (entry.ref, "dim")))
    return [spread(((pad(label, 10), "dim"), value), (), width) for label, value in facts]


def _text(entry: TimelineEntry, props: EntryProps, width: int) -> list[Line]:
    exact = entry.kind in READ_EXACTLY
    detail = "" if props.detail.strip() == props.subject.strip() else props.detail
    breaking = wrap_exact if exact else wrap
    lines: list[Line] = []
    if exact or not detail.startswith(props.subject.rstrip("…")):
        lines.extend(line((row, "bright")) for row in breaking(props.subject, width))
    if detail:
        lines.extend(
            (*([BLANK] if lines else []), *(line((row, "normal")) for row in breaking(detail, width)))
        )
    if props.output:
        lines.extend((BLANK, *(line((row, "normal")) for row in wrap_exact(props.output, width))))
    return lines
