"""Run Export: which format, which scope; then where the file is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, on, pad, spread, wrap_exact
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.export.request import FORMATS, SCOPES, FormatName, ScopeName
from mogplex_cli.store.selectors.export import ExportProps

FORMAT_ROW = 2
"""Where the list of formats begins."""
NAME_CELLS = 12


@dataclass(frozen=True, slots=True)
class ChoiceProps:
    """What can be chosen, and what is."""

    export: ExportProps
    format: int
    """Place in FORMATS."""
    scope: int
    """Place in SCOPES."""


class Choices(Painted[ChoiceProps]):
    """Two short lists, and what became of the last export."""

    def draw(self, props: ChoiceProps, width: int, height: int) -> Sequence[Line]:
        """All of it."""
        export = props.export
        if not export.run_id:
            return [
                line((" RUN EXPORT", "strong")),
                BLANK,
                line(("   no run to export yet · /run <task> starts one", "normal")),
            ]
        what: tuple[Span, ...] = ((f"{export.run_id} up to @{export.at_seq} ", "dim"),)
        lines = [spread(((" RUN EXPORT", "strong"),), what, width), BLANK, line(("   FORMAT", "dim"))]
        lines += _list(FORMATS, props.format, width)
        lines += [BLANK, line(("   SCOPE", "dim"))]
        lines += _list(SCOPES, props.scope, width)
        return [*lines, BLANK, *_outcome(export, width)]


class ExportDrawer(Drawer[ExportProps]):
    """Keeps what is chosen; enter exports it."""

    context = "export"
    BINDINGS = [*bindings("export")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._choices = Choices(id="export-choices")
        self._props: ExportProps | None = None
        self._format = list(FORMATS).index("markdown")
        self._scope = 0

    def compose(self) -> ComposeResult:
        """The lists."""
        yield self._choices

    def show(self, props: ExportProps) -> None:
        """Another run, or news of the export."""
        self._props = props
        self._show()

    def on_click(self, event: events.Click) -> None:
        """A click chooses; on what is chosen it exports."""
        event.stop()
        self.focus()
        formats, scopes = event.y - FORMAT_ROW, event.y - FORMAT_ROW - len(FORMATS) - 2
        if 0 <= formats < len(FORMATS):
            if formats == self._format:
                self.action_choose()
            self._format = formats
        elif 0 <= scopes < len(SCOPES):
            self._scope = scopes
        self._show()

    def action_up(self) -> None:
        """The format above."""
        self._format = (self._format - 1) % len(FORMATS)
        self._show()

    def action_down(self) -> None:
        """The format below."""
        self._format = (self._format + 1) % len(FORMATS)
        self._show()

    def action_left(self) -> None:
        """The scope above."""
        self._scope = (self._scope - 1) % len(SCOPES)
        self._show()

    def action_right(self) -> None:
        """The scope below."""
        self._scope = (self._scope + 1) % len(SCOPES)
        self._show()

    def action_choose(self) -> None:
        """Export."""
        self.post_message(Invoke("export", f"{list(FORMATS)[self._format]} {list(SCOPES)[self._scope]}"))

    def _show(self) -> None:
        if self._props is not None:
            self._choices.show(ChoiceProps(self._props, self._format, self._scope))


def _list(choices: Mapping[FormatName, str] | Mapping[ScopeName, str], chosen: int, width: int) -> list[Line]:
    rows: list[Line] = []
    for place, (name, help) in enumerate(choices.items()):
        mark, look = (" ▸ ", "bright") if place == chosen else ("   ", "normal")
        row = spread(((mark, "accent"), (pad(name, NAME_CELLS), look), (help, "dim")), (), width)
        rows.append(on("selected", row) if place == chosen else row)
    return rows


def _outcome(export: ExportProps, width: int) -> list[Line]:
    last = export.last
    if not last.what:
        return [line(("   enter writes it below the run's own folder; secrets are taken out", "dim"))]
    if last.error:
        rows = wrap_exact(f"not exported: {last.error}", max(20, width - 6))
        return [line((f"   {row}", "danger")) for row in rows]
    if not last.path:
        return [line((f"   writing {last.what} …", "normal"))]
    rows = wrap_exact(last.path, max(20, width - 6))
    return [
        line(("   ✓ ", "ok"), (f"{last.what} · {last.facts}", "normal")),
        *(line((f"   {row}", "bright")) for row in rows),
    ]
