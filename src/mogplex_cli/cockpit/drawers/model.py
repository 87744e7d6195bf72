"""The model picker: provider, context and price of each. Choosing mid-run passes the gate."""

from collections.abc import Sequence
from dataclasses import replace

from mogplex_cli.cockpit.drawers.filter_drawer import FilterDrawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, Token, line, pad, right, spread, wrap
from mogplex_cli.cockpit.kit.listing import Listing, Row
from mogplex_cli.cockpit.kit.words import count
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.models import ModelProps, ModelRow

CONTEXT_CELLS = 9
PRICE_CELLS = 11
PROVIDER_CELLS = 13
PROVIDER_FROM = 78


class ModelListing(Listing[ModelProps]):
    """A row a model."""

    def rows(self, told: ModelProps, key: str, width: int) -> Sequence[Row]:
        """Heading, columns, models, and what is not in here."""
        what = "of this run, from its next call on · passes the gate" if told.mid_run else "of the next run"
        what = "of this run" if told.fixed else what
        rows: list[Row] = [
            ("", line((" MODEL", "strong"), (f"  {what}", "dim"))),
            ("", BLANK),
            ("", _columns(width)),
        ]
        rows.extend((each.slug, _row(each, width, selected=each.slug == key)) for each in told.rows)
        said: list[Span] = [(told.fixed, "warn"), (told.problem, "warn"), (told.hint, "dim")]
        for text, token in said:
            if text:
                rows.append(("", BLANK))
                rows.extend(("", line((f"   {row}", token))) for row in wrap(text, width - 6))
        return rows


class ModelDrawer(FilterDrawer[ModelProps]):
    """Type to find, Enter to choose; what is found nowhere is taken as it is typed."""

    context = "model"
    BINDINGS = [*bindings("model")]

    def __init__(self) -> None:
        super().__init__(ModelListing(id="drawer-list"), "find a model, or type its slug")

    def order(self, told: ModelProps) -> Sequence[str]:
        """As they are listed."""
        return [row.slug for row in told.rows]

    def begin_with(self, told: ModelProps) -> str:
        """The one in use."""
        return told.current if told.current in self.order(told) else super().begin_with(told)

    def narrowed(self, whole: ModelProps, typed: str) -> ModelProps:
        """Those with all the letters in their order; when there are none, the slug as it is typed."""
        if not typed:
            return whole
        rows = matching(whole.rows, typed)
        return replace(whole, rows=rows or (ModelRow(typed, "as typed", "", None, None, None, (), False),))

    def idle(self) -> frozenset[str]:
        """A run that keeps its model takes no other."""
        return super().idle() | {"choose"} if self.told and self.told.fixed else super().idle()

    def action_choose(self) -> None:
        """Use it."""
        if self.selected:
            self.post_message(Invoke("choose_model", self.selected))


def matching(rows: Sequence[ModelRow], typed: str) -> tuple[ModelRow, ...]:
    """The models that have the typed letters in their order, the closest first. Pure."""
    letters = [each for each in typed.lower() if not each.isspace()]
    scored: list[tuple[int, int, ModelRow]] = []
    for place, row in enumerate(rows):
        spread_over = _spread(letters, f"{row.slug} {row.name} {row.provider}".lower())
        if spread_over is not None:
            scored.append((spread_over, place, row))
    return tuple(row for _, _, row in sorted(scored, key=lambda each: each[:2]))


def _spread(letters: Sequence[str], text: str) -> int | None:
    """Over how many characters the letters are spread at least; None when they are not all there."""
    best: int | None = None
    for start in (place for place, each in enumerate(text) if letters and each == letters[0]):
        at = start
        for letter in letters[1:]:
            at = text.find(letter, at + 1)
            if at < 0:
                return best
        best = at - start if best is None else min(best, at - start)
    return best


def _columns(width: int) -> Line:
    end: tuple[Span, ...] = (
        (right("context", CONTEXT_CELLS), "dim"),
        (right("in $/M", PRICE_CELLS), "dim"),
        (right("out $/M", PRICE_CELLS) + " ", "dim"),
    )
    provider = pad("provider", PROVIDER_CELLS) if width >= PROVIDER_FROM else ""
    return spread((("     ", "normal"), (provider, "dim"), ("model", "dim")), end, width)


def _row(row: ModelRow, width: int, *, selected: bool) -> Line:
    used: Span = (f"  {', '.join(row.used_by)}", "accent") if row.used_by else ("", "dim")
    provider = pad(row.provider or "–", PROVIDER_CELLS) if width >= PROVIDER_FROM else ""
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        ("● " if row.current else "  ", "ok"),
        (provider, "dim"),
        (row.slug, "bright" if selected else "normal"),
        (f"  {row.name}" if row.name else "", "dim"),
        used,
    )
    end: tuple[Span, ...] = (
        (right(count(row.context) if row.context else "unknown", CONTEXT_CELLS), _known(row.context)),
        (right(_price(row.input_usd), PRICE_CELLS), _known(row.input_usd)),
        (right(_price(row.output_usd), PRICE_CELLS) + " ", _known(row.output_usd)),
    )
    return spread(left, end, width, "selected" if selected else "plain")


def _known(value: float | None) -> Token:
    return "dim" if value is None else "normal"


def _price(usd: float | None) -> str:
    return "unknown" if usd is None else f"{usd:,.2f}"
