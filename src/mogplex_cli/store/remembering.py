"""The rules that could be made of an approval, with what each would have answered before."""

from collections import Counter
from dataclasses import dataclass, replace

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.permissions import PermissionLayers, Rule
from mogplex_contracts.remember import Breadth, back_test, offers, without_effect
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import Risk

RISKS: tuple[Risk, ...] = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class OfferedRule:
    """One rule, as it can be chosen."""

    breadth: Breadth
    patterns: tuple[str, ...]
    """All it allows, word for word."""
    answered: int = 0
    """How many of the requests people answered in this run it would have answered for them."""
    asked: int | None = None
    """How many there were; None when they are not known here."""
    risks: tuple[tuple[Risk, int], ...] = ()
    """How risky those were that it would have answered, the most risky first."""


@dataclass(frozen=True, slots=True)
class Remembering:
    """The choice of a rule for one approval."""

    approval_id: str
    rules: tuple[OfferedRule, ...]
    """The narrowest first."""


def rules_for(
    request: ApprovalRequested, layers: PermissionLayers, run: RunState | None
) -> tuple[OfferedRule, ...]:
    """The rules that can be made of the request. `run`: whose past tells what they would have done."""
    found: list[OfferedRule] = []
    for offer in offers(request.descriptors):
        if without_effect(layers, request, offer.patterns):
            continue
        if run is None:
            found.append(OfferedRule(offer.breadth, offer.patterns))
            continue
        test = back_test(layers, offer.patterns, run.approvals.resolved)
        counted = Counter(each.risk for each in test.answered)
        risks: tuple[tuple[Risk, int], ...] = tuple((risk, counted[risk]) for risk in RISKS if counted[risk])
        found.append(OfferedRule(offer.breadth, offer.patterns, len(test.answered), test.asked, risks))
    return tuple(found)


def layers_of(run: RunState, files: PermissionLayers) -> PermissionLayers:
    """What holds in the run: the files, the run's own mode, and the rules people made for this run only."""
    if not run.run_id:
        return files
    rules = tuple(
        Rule(pattern, "allow", "run", "this run")
        for remembered in run.approvals.rules
        if remembered.source == "run"
        for pattern in remembered.patterns
    )
    return replace(files, run_rules=rules, session_mode=run.permission_mode)
