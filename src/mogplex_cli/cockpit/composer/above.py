"""What stands above the line being typed: what it may become, else what there is to say."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from mogplex_cli.cockpit.composer.complete import Candidate, SlashHelp
from mogplex_cli.cockpit.kit.lines import Line, Span, Token, cut_middle, line, pad, spread, wrap
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import clock_time
from mogplex_cli.store.selectors.composer import ComposerProps

ROWS = 9
LOOK: dict[str, tuple[str, Token]] = {
    "info": ("·", "normal"),
    "warning": ("◆", "warn"),
    "error": ("✗", "danger"),
}


class AboveProps(NamedTuple):
    """What was said, and what the line may become."""

    told: ComposerProps
    candidates: tuple[Candidate, ...] = ()
    picked: int = 0
    """Which candidate Tab takes next, or has just taken."""
    command: SlashHelp | None = None
    """The command whose argument is being typed."""
    zone: tzinfo | None = None
    """Time zone of the times shown; None for this machine's."""


class Above(Painted[AboveProps]):
    """As many rows as are needed; often none."""

    grows = True

    def draw(self, props: AboveProps, width: int, height: int) -> Sequence[Line]:
        """The rows."""
        told = props.told
        notice = told.notice.replace(told.at, clock_time(told.at, props.zone)) if told.at else told.notice
        said = _said(*LOOK[told.tone], notice, width) if notice else []
        if told.error:
            return [*said, *_said(*LOOK["error"], told.error, width)]
        if not props.candidates:
            return [*said, *_usage(props, width)]
        return [*_usage(props, width), *_candidates(props, width)]


def _said(glyph: str, token: Token, text: str, width: int) -> list[Line]:
    rows = wrap(" ".join(text.split()), width - 5, 3)
    return [
        line((f"  {glyph if place == 0 else ' '} ", token), (row, token)) for place, row in enumerate(rows)
    ]


def _usage(props: AboveProps, width: int) -> list[Line]:
    """How to write the command that is being typed."""
    command = props.command
    if command is None:
        return []
    left: tuple[Span, ...] = (("    ", "normal"), (f"{command.usage}  ", "normal"), (command.help, "dim"))
    return [spread(left, _source(command.source, width), width)]


def _candidates(props: AboveProps, width: int) -> list[Line]:
    shown = props.candidates
    column = min(max(len(each.label) for each in shown) + 3, width * 2 // 3)
    start = max(0, min(props.picked - ROWS + 2, len(shown) - ROWS))
    lines: list[Line] = []
    for place, each in enumerate(shown[start : start + ROWS], start):
        picked = place == props.picked
        mark: Span = ("▸ " if picked else "  ", "accent")
        # Of a path the end matters.
        label = pad(cut_middle(each.label, column - 1), column)
        look: Token = "bright" if picked else "normal"
        left: tuple[Span, ...] = (("  ", "normal"), mark, (label, look), (each.help, "dim"))
        lines.append(spread(left, _source(each.source, width), width))
    if len(shown) > start + ROWS:
        lines.append(line((f"    {len(shown) - start - ROWS} more", "dim")))
    return lines


def _source(source: str, width: int) -> tuple[Span, ...]:
    """Where a custom command is from; on a narrow screen only its scope."""
    if not source:
        return ()
    return ((f"{source if width >= 100 else source.split(' · ')[0]} ", "dim"),)
