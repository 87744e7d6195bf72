"""The status bar across the top."""

from collections.abc import Sequence
from typing import NamedTuple

from mogplex_cli.cockpit.kit.glyphs import HEALTH, RUN
from mogplex_cli.cockpit.kit.lines import Line, Span, Token, line, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import count, minutes, money
from mogplex_cli.store.selectors.header import HeaderProps
from mogplex_contracts.vocabulary import PermissionMode, SandboxLevel

GAP: Span = ("   ", "normal")


class Field(NamedTuple):
    """One thing the header tells. The lowest `keep` goes first when there is no room."""

    keep: int
    spans: tuple[Span, ...]


class Header(Painted[HeaderProps]):
    """One row; what is least needed leaves it first when the terminal is narrow."""

    def draw(self, props: HeaderProps, width: int, height: int) -> Sequence[Line]:
        """The row."""
        return (header_line(props, width),)


def header_line(props: HeaderProps, width: int) -> Line:
    """The header in `width` cells. Model, status, permissions and transport always stay."""
    glyph, token = HEALTH[props.health]
    health: tuple[Span, ...] = ((f"{glyph} ", token), (f"{props.health} ", _quiet(token)))
    fields = _fields(props)
    while True:
        left: tuple[Span, ...] = ((" ", "normal"),)
        for place, field in enumerate(fields):
            left = (*left, *((GAP,) if place else ()), *field.spans)
        least = min(fields, key=lambda field: field.keep)
        if line(*left, *health).width + 2 <= width or least.keep >= ALWAYS:
            return spread(left, health, width)
        fields = [field for field in fields if field is not least]


ALWAYS = 100


def _fields(props: HeaderProps) -> list[Field]:
    """In the order they stand."""
    fields = [Field(50, (("MOGPLEX", "strong"),))]
    if props.harness:
        fields.append(Field(90, ((props.harness, "warn"),)))
    place: tuple[Span, ...] = ((props.repo, "normal"),)
    if props.branch is not None:
        place = (*place, ("  ", "normal"), (props.branch, "normal"))
    if props.dirty:
        place = (*place, ("*", "warn"))
    if props.repo:
        fields.append(Field(20, place))
    if props.model:
        fields.append(Field(ALWAYS, ((props.model, "normal"),)))
    if props.mode != "idle":
        fields.append(Field(40, ((props.mode, "normal"),)))
    fields.append(Field(ALWAYS, _status(props)))
    fields.append(Field(ALWAYS, _permissions(props)))
    if props.sandbox is not None:
        fields.append(_sandbox(props.sandbox, props.permission_mode))
    if props.observing:
        fields.append(Field(80, (("observing", "warn"),)))
    if props.next_mode is not None:
        fields.append(Field(45, (("next ", "dim"), (props.next_mode, _mode_token(props.next_mode)))))
    if props.dead_denies:
        rules = "1 dead deny" if props.dead_denies == 1 else f"{props.dead_denies} dead denies"
        fields.append(Field(60, ((f"◆ {rules}", "warn"),)))
    if props.tokens is not None:
        fields.append(Field(30, ((count(props.tokens), "normal"), (" tok", "dim"))))
        cost = money(props.cost_usd, props.unpriced)
        fields.append(
            Field(35, (("cost ", "dim"), (cost, "normal" if props.cost_usd is not None else "dim")))
        )
    return fields


def _status(props: HeaderProps) -> tuple[Span, ...]:
    if props.status == "starting":
        return (("○ starting", "warn"),)
    glyph, token = RUN[props.status]
    spans: tuple[Span, ...] = ((f"{glyph} ", token), (props.status, token))
    if props.elapsed_s is not None:
        spans = (*spans, (f" {minutes(props.elapsed_s)}", "normal"))
    return spans


def _permissions(props: HeaderProps) -> tuple[Span, ...]:
    return (("perms ", "dim"), (props.permission_mode, _mode_token(props.permission_mode)))


def _sandbox(level: SandboxLevel, mode: PermissionMode) -> Field:
    """What is confined less than a person would think is told before what drives the run; in auto, perms tell it."""
    nominal = level == "nominal"
    keep = 10 if nominal else 85 if mode == "auto" else 95
    return Field(keep, (("sandbox ", "dim"), (level, "normal" if nominal else "warn")))


def _mode_token(mode: PermissionMode) -> Token:
    return "danger_strong" if mode == "auto" else "normal"


def _quiet(token: Token) -> Token:
    return "normal" if token == "ok" else token
