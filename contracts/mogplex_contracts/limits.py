"""Ceilings of a run: what of them is crossed, and what a raise would be. Pure."""

from math import ceil

from mogplex_contracts.events.run import Limits
from mogplex_contracts.state.usage import Usage
from mogplex_contracts.vocabulary import LimitKind

KINDS: tuple[LimitKind, ...] = ("cost_usd", "tokens", "steps")
WORDS: dict[LimitKind, str] = {"cost_usd": "cost", "tokens": "tokens", "steps": "steps"}
"""What each counts, for people."""


def ceiling(limits: Limits, kind: LimitKind) -> float | None:
    """Where the limit is; None when there is none."""
    return {"cost_usd": limits.max_cost_usd, "tokens": limits.max_tokens, "steps": limits.max_steps}[kind]


def spent(usage: Usage, kind: LimitKind) -> float:
    """Where the run stands. Calls of unknown price count as nothing here, as nothing is known of them."""
    return {"cost_usd": usage.total.cost_usd or 0.0, "tokens": usage.tokens, "steps": usage.steps}[kind]


def raised(limits: Limits, kind: LimitKind, usage: Usage) -> Limits:
    """The limits with one of them half as high again, and in any case above what is spent by a fifth."""
    limit = ceiling(limits, kind)
    if limit is None:
        return limits
    higher = max(limit * 1.5, spent(usage, kind) * 1.2)
    match kind:
        case "cost_usd":
            return limits.model_copy(update={"max_cost_usd": round(higher + 0.004, 2)})
        case "tokens":
            return limits.model_copy(update={"max_tokens": ceil(higher)})
        case "steps":
            return limits.model_copy(update={"max_steps": ceil(higher)})


def figure(kind: LimitKind, number: float) -> str:
    """`$5.00` of money, `200,000` of the others."""
    return f"${number:,.2f}" if kind == "cost_usd" else f"{number:,.0f}"
