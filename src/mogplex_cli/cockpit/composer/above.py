"""What stands above the line being typed: what it may become, else what there is to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from mogplex_cli.cockpit.composer.complete import SlashHelp
from mogplex_cli.cockpit.kit.lines import Line, Span, Token, line, pad, spread, wrap
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.kit.words import clock_time
from mogplex_cli.store.selectors.composer import ComposerProps

ROWS = 9
LOOK: dict[str, tuple[str, Token]] = {
    "info": ("·", "normal"),
    "warning": ("◆", "warn"),
    "error": ("✗", "danger"),
}


@dataclass(frozen=True, slots=True)
class AboveProps:
    """What was said, and what the line may become."""

    told: ComposerProps
    candidates: tuple[SlashHelp, ...] = ()
    picked: int = 0
    """Which candidate Tab takes next."""
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
        return _candidates(props, width) if props.candidates else said


def _said(glyph: str, token: Token, text: str, width: int) -> list[Line]:
    rows = wrap(" ".join(text.split()), width - 5, 3)
    return [
        line((f"  {glyph if place == 0 else ' '} ", token), (row, token)) for place, row in enumerate(rows)
    ]


def _candidates(props: AboveProps, width: int) -> list[Line]:
    names = [f"/{command.name} {command.argument}".rstrip() for command in props.candidates]
    column = max(len(name) for name in names) + 3
    lines: list[Line] = []
    start = max(0, min(props.picked - ROWS + 2, len(names) - ROWS))
    for place, (name, command) in enumerate(zip(names, props.candidates, strict=True)):
        if not start <= place < start + ROWS:
            continue
        picked = place == props.picked
        mark: Span = ("▸ " if picked else "  ", "accent")
        shown: Span = (pad(name, column), "bright" if picked else "normal")
        lines.append(spread((("  ", "normal"), mark, shown, (command.help, "dim")), (), width))
    return lines
