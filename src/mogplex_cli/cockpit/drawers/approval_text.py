"""The words and rows of the approval drawer. Pure; nothing that is needed to decide is ever cut."""

from collections.abc import Sequence

from rich.cells import cell_len

from mogplex_cli.cockpit.kit.diff_lines import diff_lines, looks_like_diff
from mogplex_cli.cockpit.kit.glyphs import RISK
from mogplex_cli.cockpit.kit.lines import (
    BLANK,
    Line,
    Span,
    Token,
    cut_middle,
    line,
    pad,
    right,
    spread,
    wrap,
    wrap_exact,
)
from mogplex_cli.cockpit.kit.rows import chain
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.cockpit.kit.words import minutes
from mogplex_cli.store.selectors.approvals import ApprovalItem, ApprovalProps

DEFAULT_KEYS = ("a", "r")
"""The keys that approve and reject, when no others are given."""
ROW_CELLS = 28
"""What a row of the queue takes beside tool, target and who asks: marks, risk, time and gaps."""
DECIDING = {"approve": "approving…", "reject": "rejecting…"}


def heading_line(told: ApprovalProps, armed: bool, width: int, keys: tuple[str, str] = DEFAULT_KEYS) -> Line:
    """How many wait, how old the news is, and the keys: lit when they act, gone while nothing can be decided."""
    token = "accent_strong" if armed else "dim"
    word = "normal" if armed else "dim"
    approve, reject = keys
    deciding: tuple[Span, ...] = (
        (approve, token),
        (" approve   ", word),
        (reject, token),
        (" reject ", word),
    )
    count: Span = (f"  {sum(item.deciding is None for item in told.items)}", "dim")
    left: tuple[Span, ...] = ((f" {told.title}", "strong"), count, *as_of(told.stale))
    return spread(left, deciding if told.items and not told.off else (), width)


def off_lines(told: ApprovalProps, width: int) -> list[Line]:
    """Why nothing can be decided now."""
    if not told.off or not told.items:
        return []
    rows = wrap(told.off, width - 6)
    return [line((" ◆ " if place == 0 else "   ", "warn"), (row, "warn")) for place, row in enumerate(rows)]


def empty_lines(told: ApprovalProps, width: int) -> list[Line]:
    """What to say when nothing waits, and what is not in here."""
    lines: list[Line] = []
    if told.empty and not told.items:
        lines.extend((BLANK, line((f"   {told.empty}", "normal"))))
    if told.hint:
        lines.extend((BLANK, *(line((f"   {row}", "dim")) for row in wrap(told.hint, width - 6))))
    return lines


def queue_lines(items: Sequence[ApprovalItem], selected: str, width: int) -> list[Line]:
    """A row an item: risk, tool, target, who asks, how long it waits."""
    tool_cells = max((len(item.tool) for item in items), default=0) + 2
    targets = max((cell_len(_target(item)) for item in items), default=0)
    who_cells = _who_cells(items, width, width - ROW_CELLS - tool_cells - targets)
    return [_item(item, item.approval_id == selected, tool_cells, who_cells, width) for item in items]


def _who_cells(items: Sequence[ApprovalItem], width: int, spare: int) -> int:
    """Room for who asks: what no target needs, else the name alone; over several runs a quarter at least."""
    names = max((cell_len(item.who) for item in items), default=0)
    full = max((cell_len(_who(item)) for item in items), default=0)
    if any(item.where for item in items):
        return max(names, min(full, max(width // 4, spare)))
    return full if full <= spare else names


def _target(item: ApprovalItem) -> str:
    return " ".join(item.target.split())


def _who(item: ApprovalItem) -> str:
    return f"{item.who} · {item.role}" if item.role else item.who


def _item(item: ApprovalItem, selected: bool, tool_cells: int, who_cells: int, width: int) -> Line:
    glyph, word, token = RISK[item.risk]
    waits = DECIDING[item.deciding] if item.deciding else minutes(item.waits_s)
    end: tuple[Span, ...] = (
        (item.who, "normal"),
        (pad(_who(item)[len(item.who) :], who_cells - cell_len(item.who)), "dim"),
        (right(waits, 11), "dim" if item.deciding else "normal"),
        (" ", "normal"),
    )
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        (f"{glyph} {pad(word, 6)}  ", "dim" if item.deciding else token),
        (pad(item.tool, tool_cells), "normal"),
    )
    room = width - line(*left, *end).width - 2
    target = cut_middle(_target(item), room)
    looks = "dim" if item.deciding else "bright" if selected else "normal"
    return spread((*left, (target, looks)), end, width, "selected" if selected else "plain")


def asked_lines(item: ApprovalItem, width: int, *, again: str = "") -> Sequence[Line]:
    """The item in full. `again`: the key that is to be pressed a second time; empty when none is."""
    room = width - 4
    glyph, word, token = RISK[item.risk]
    lines: list[Line] = [BLANK]
    if again:
        lines.extend(
            (line((f"▲ press {again} again to approve this {word} risk action", "danger_strong")), BLANK)
        )
    lines.append(line((item.sentence, "strong")))
    if item.where:
        lines.extend(_labelled("asked by", "", item.where, room, "normal"))
    if item.task:
        lines.extend(_labelled("task", "", item.task, room, "normal"))
    risk = f"{word} risk" + (f" · {item.risk_reason}" if item.risk_reason else "")
    lines.extend(_labelled("risk", f"{glyph} ", risk, room, token))
    if item.why:
        lines.extend(_labelled("why asked", "", item.why, room, "normal"))
    lines.append(BLANK)
    return chain(lines, _exact(item, room), indent=_indented)


def _indented(drawn: Line) -> Line:
    return Line((("  ", "normal"), *drawn.spans), drawn.ground)


def _labelled(label: str, mark: str, text: str, width: int, token: Token) -> list[Line]:
    rows = wrap(mark + text, width - 12)
    return [
        line((pad(label if place == 0 else "", 12), "dim"), (row, token)) for place, row in enumerate(rows)
    ]


def _exact(item: ApprovalItem, width: int) -> Sequence[Line]:
    """The very command, path, diff or text that is decided on."""
    if looks_like_diff(item.detail):
        head = [] if item.action == "apply_patch" else _code(item.target, width)
        return chain(head, diff_lines(item.detail, width))
    if item.action == "run_command":
        command = item.detail or item.target
        lines = _code(command, width, prompt="$ ")
        return (
            lines
            if item.target in command
            else [*_code(item.target, width, prompt="$ "), BLANK, *_code(command, width)]
        )
    lines = _code(item.target, width)
    if item.detail and item.detail != item.target:
        lines = [*lines, BLANK, *_code(item.detail, width)]
    return lines


def _code(text: str, width: int, prompt: str = "") -> list[Line]:
    rows = wrap_exact(text, width - 2 - len(prompt))
    return [
        spread(
            ((" " + (prompt if place == 0 else " " * len(prompt)), "dim"), (row, "bright")), (), width, "code"
        )
        for place, row in enumerate(rows)
    ]
