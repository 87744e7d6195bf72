"""The permissions in force: mode, rules, where each is from and what it beats; and rules taken back."""

from collections.abc import Sequence

from mogplex_cli.cockpit.drawers.list_drawer import ListDrawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, Token, cut_middle, line, pad, spread, wrap
from mogplex_cli.cockpit.kit.listing import Listing, Row
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.permissions import PermissionsProps, can_be_revoked, rule_argument
from mogplex_contracts.patterns import show
from mogplex_contracts.permissions import RuleRow
from mogplex_contracts.remember import rule_scope

LOOK: dict[str, Token] = {"deny": "danger", "ask": "warn", "allow": "ok"}


class PermissionsListing(Listing[PermissionsProps]):
    """A row a rule; below them the one selected, whole."""

    def __init__(self) -> None:
        super().__init__(id="drawer-list")
        self.again = ""
        """The rule that was asked to be taken back once."""

    def rows(self, told: PermissionsProps, key: str, width: int) -> Sequence[Row]:
        """Mode, what is wrong, the decision that was asked about, and the rules."""
        rows: list[Row] = [("", line((" PERMISSIONS", "strong"), (f"  {len(told.rows)} rules", "dim")))]
        _say(rows, told.mode, "danger" if told.auto else "normal", width)
        for place, text in enumerate(told.why):
            _say(rows, text, "accent_strong" if place == 0 else "bright" if place == 1 else "normal", width)
        for text in told.problems:
            _say(rows, f"▲ {text}", "danger", width)
        for text in told.dead:
            _say(rows, f"◆ no effect: {text}", "warn", width)
        rows.append(("", BLANK))
        rows.extend((row.pattern, _row(row, width, selected=row.pattern == key)) for row in told.rows)
        return rows

    def text(self, told: PermissionsProps, key: str, width: int) -> Sequence[Line]:
        """The rule word for word, its file, what it beats, and how it is taken back."""
        row = next((each for each in told.rows if each.pattern == key), None)
        if row is None:
            return ()
        facts: list[tuple[str, Token]] = [
            (f"{row.level} {show(row.pattern)}", "bright"),
            (_place(row), "dim"),
            *((f"beats {rule.level} · {rule.place}", "normal") for rule in row.beaten),
            (row.note, "warn"),
        ]
        if self.again == key:
            facts.append(
                (f"▲ press x again to take back {show(row.pattern)}: it is asked again", "danger_strong")
            )
        elif can_be_revoked(row):
            facts.append((told.fixed or "x takes it back, in its file and for this run", "dim"))
        lines = [BLANK, line((" " + "─" * max(0, width - 2), "faint"))]
        for text, token in facts:
            lines.extend(line((f"   {each}", token)) for each in wrap(text, width - 6) if text)
        return lines


class PermissionsDrawer(ListDrawer[PermissionsProps]):
    """Two presses take a rule back."""

    context = "permissions"
    BINDINGS = [*bindings("permissions")]

    def __init__(self) -> None:
        self._rules = PermissionsListing()
        super().__init__(self._rules)

    def order(self, told: PermissionsProps) -> Sequence[str]:
        """As they are listed."""
        return [row.pattern for row in told.rows]

    def select(self, key: str) -> None:
        """Another rule must be asked for anew."""
        self._rules.again = ""
        super().select(key)

    def idle(self) -> frozenset[str]:
        """Only some rules can be taken back."""
        row = self._row()
        return super().idle() if row and can_be_revoked(row) else super().idle() | {"revoke"}

    def action_choose(self) -> None:
        """Rules are read where they stand."""

    def action_revoke(self) -> None:
        """Ask once, then take it back."""
        told, row = self.told, self._row()
        if told is None or row is None or not can_be_revoked(row):
            return
        if told.fixed or self._rules.again == row.pattern:
            self._rules.again = ""
            self.post_message(Invoke("revoke_rule", rule_argument(row.pattern, rule_scope(row.source))))
        else:
            self._rules.again = row.pattern
        self.redraw()

    def _row(self) -> RuleRow | None:
        rows = self.told.rows if self.told else ()
        return next((each for each in rows if each.pattern == self.selected), None)


def _say(rows: list[Row], text: str, token: Token, width: int) -> None:
    rows.extend(("", line((f"   {row}", token))) for row in wrap(text, width - 6))


def _place(row: RuleRow) -> str:
    return row.source if row.origin in ("", "default") else f"{row.source} · {show(row.origin)}"


def _row(row: RuleRow, width: int, *, selected: bool) -> Line:
    beats = f"beats {len(row.beaten)}  " if row.beaten else ""
    end: tuple[Span, ...] = (
        ("no effect  " if row.note else "", "warn"),
        (beats, "dim"),
        (f"{row.source} ", "dim"),
    )
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        (pad(row.level, 7), LOOK[row.level]),
        (
            cut_middle(show(row.pattern), max(8, width - 12 - line(*end).width)),
            "bright" if selected else "normal",
        ),
    )
    return spread(left, end, width, "selected" if selected else "plain")
