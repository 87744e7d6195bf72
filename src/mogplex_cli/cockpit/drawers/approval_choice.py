"""What the approval drawer shows beside one request: the rules to choose from, and a batch in full. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mogplex_cli.cockpit.drawers.approval_text import asked_lines
from mogplex_cli.cockpit.kit.glyphs import RISK
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line, spread, wrap, wrap_exact
from mogplex_cli.cockpit.kit.rows import chain
from mogplex_cli.store.remembering import OfferedRule
from mogplex_cli.store.selectors.approvals import ApprovalItem, shown_text
from mogplex_contracts.remember import Breadth, Scope

SCOPES: tuple[Scope, ...] = ("run", "project", "global")
WHERE: dict[Scope, str] = {"run": "this run", "project": "this project", "global": "everywhere"}
BREADTH: dict[Breadth, str] = {"exact": "exactly this", "prefix": "this prefix", "tool": "the whole tool"}


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """The rules that are offered, and which is chosen."""

    rules: tuple[OfferedRule, ...]
    chosen: int = 0
    where: Scope = "run"

    @property
    def rule(self) -> OfferedRule:
        """The one that approving would make."""
        return self.rules[self.chosen]


def batch_of(items: Sequence[ApprovalItem], first: ApprovalItem) -> tuple[ApprovalItem, ...]:
    """All that may be approved together with `first`: one run, one agent, one action, no high risk."""
    if first.risk == "high":
        return ()
    return tuple(
        item
        for item in items
        if item.deciding is None
        and item.risk != "high"
        and (item.run_id, item.agent_id, item.action) == (first.run_id, first.agent_id, first.action)
    )


def rule_lines(choice: RuleChoice, width: int, key: str, *, again: str = "") -> list[Line]:
    """The chosen rule word for word, with what it would have answered; the places; what the key does now."""
    room = width - 4
    lines: list[Line] = [BLANK, line(("  REMEMBER AS A RULE", "strong")), BLANK]
    for place, rule in enumerate(choice.rules):
        here = place == choice.chosen
        ground = "selected" if here else "plain"
        left: tuple[Span, ...] = (
            ("  ▸ " if here else "    ", "accent"),
            (BREADTH[rule.breadth], "bright" if here else "normal"),
        )
        lines.append(spread(left, (), width, ground))
        for pattern in rule.patterns if here else ():
            rows = wrap_exact(f"allow {shown_text(pattern)}", room - 4)
            lines.extend(
                spread((("      ", "normal"), (row, "bright" if here else "dim")), (), width, ground)
                for row in rows
            )
        if here:
            tested = _tested(rule)
            lines.append(spread((("      ", "normal"), *tested), (), width, ground))
    if again:
        asks = f"  ▲ press {again} again to approve this high risk action and make the rule"
        lines.extend((BLANK, line((asks, "danger_strong"))))
    lines.append(BLANK)
    places: list[Span] = [("  holds in  ", "dim")]
    for where in SCOPES:
        chosen = where == choice.where
        places.append((f"{'●' if chosen else '○'} {WHERE[where]}   ", "accent_strong" if chosen else "dim"))
    lines.extend((line(*places), BLANK))
    told = f"{key} approves this request and makes the rule · ↑↓ which rule · ←→ where it holds · esc no rule"
    lines.extend(line((f"  {row}", "normal")) for row in wrap(told, room))
    lines.extend(
        line((f"  {row}", "dim")) for row in wrap("/permissions lists every rule and takes it back", room)
    )
    return lines


def _tested(rule: OfferedRule) -> tuple[Span, ...]:
    """What the rule would have answered."""
    if rule.asked is None:
        return (("what it would have answered is known in its own run", "dim"),)
    if not rule.asked:
        return (("nothing was asked before in this run to test it on", "dim"),)
    spans: list[Span] = [(f"would have answered {rule.answered} of {rule.asked} earlier requests", "dim")]
    for risk, count in rule.risks:
        glyph, word, token = RISK[risk]
        spans.append((f"  {glyph} {count} {word}", token))
    return tuple(spans)


def batch_lines(
    items: Sequence[ApprovalItem], width: int, keys: tuple[str, str], *, read: bool
) -> Sequence[Line]:
    """Every item of a batch in full. `read`: whether its end was on the screen."""
    approve, reject = keys
    what = f"{approve} approves all {len(items)}, {reject} rejects all {len(items)}"
    told = f"{what} · esc one by one" if read else f"read to the end first, then {what} · space scrolls"
    head = [
        BLANK,
        line((f"  BATCH OF {len(items)}", "strong")),
        *(line((f"  {row}", "normal" if read else "warn")) for row in wrap(told, width - 4)),
    ]
    parts: list[Sequence[Line]] = [head]
    for place, item in enumerate(items, 1):
        parts.append([BLANK, line((f"  ── {place} of {len(items)} " + "─" * max(0, width - 16), "dim"))])
        parts.append(asked_lines(item, width))
    return chain(*parts)
