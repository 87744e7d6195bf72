"""The status bar across the top."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mogplex_cli.cockpit.kit.glyphs import HEALTH, RUN
from mogplex_cli.cockpit.kit.lines import Line, Span, Token, cut, line, spread
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import count, minutes, money
from mogplex_cli.store.selectors.header import HeaderProps
from mogplex_contracts.vocabulary import PermissionMode, SandboxLevel

GAP: Span = ("   ", "normal")


class Field(NamedTuple):
    """One thing the header tells. The lowest `keep` goes first when there is no room."""

    keep: int
    spans: tuple[Span, ...]
    short: tuple[Span, ...] = ()
    """The same in fewer cells; empty when there is no shorter way."""


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
        if line(*left, *health).width + 2 <= width:
            return spread(left, health, width)
        least = min(fields, key=lambda field: SHORTEN if field.short else field.keep)
        if least.short:
            fields = [
                field._replace(spans=field.short, short=()) if field is least else field for field in fields
            ]
        elif least.keep < ALWAYS:
            fields = [field for field in fields if field is not least]
        else:
            return spread(left, health, width)


ALWAYS = 100
SHORTEN = 25
"""Names are made short before anything is left out that has a higher `keep`."""
SHORT_MODEL, SHORT_REPO, SHORT_BRANCH = 20, 16, 14
"""Cells of names that have been made short."""
HASH = re.compile(r"(?<=.)-[0-9a-f]{8}$")
"""What tells folders of one name apart, in a repository without a remote."""


def _fields(props: HeaderProps) -> list[Field]:
    """In the order they stand."""
    fields = [Field(20, (("MOGPLEX", "strong"),))]
    if props.harness:
        fields.append(Field(90, ((props.harness, "warn"),)))
    if props.repo:
        fields.append(_shortened(50, _place(props), _place(props, short=True)))
    if props.model:
        short = cut(props.model.rpartition("/")[2], SHORT_MODEL)
        fields.append(_shortened(ALWAYS, ((props.model, "normal"),), ((short, "normal"),)))
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


def _shortened(keep: int, spans: tuple[Span, ...], short: tuple[Span, ...]) -> Field:
    return Field(keep, spans, () if short == spans else short)


def _place(props: HeaderProps, *, short: bool = False) -> tuple[Span, ...]:
    """Repository, branch, and whether something is uncommitted."""
    repo, branch = props.repo, props.branch
    if branch is None and props.dirty is not None:
        branch = "detached"
    if short:
        repo = cut(HASH.sub("", repo), SHORT_REPO)
        branch = branch and cut(branch, SHORT_BRANCH)
    named: tuple[Span, ...] = ((repo, "normal"),)
    if branch is not None:
        named = (*named, ("  ", "normal"), (branch, "normal"))
    return (*named, ("*", "warn")) if props.dirty else named


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
