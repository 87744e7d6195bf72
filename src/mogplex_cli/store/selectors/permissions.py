"""The permissions in force, as the drawer lists them: the mode, every rule, where it is from and what it beats."""

import json
from dataclasses import dataclass

from mogplex_cli.store.remembering import layers_of
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.permissions import PermissionLayers, RuleRow, all_rules_explained, dead_denies
from mogplex_contracts.remember import Scope
from mogplex_contracts.text import visible

WHY = "why "
"""How the drawer's argument begins when it explains one decision."""
ORDER = ("deny", "ask", "allow")
"""What stops an agent comes first."""


@dataclass(frozen=True, slots=True)
class PermissionsProps:
    """Everything that decides."""

    mode: str = ""
    """The mode, where it is from, and what it applies to."""
    auto: bool = False
    problems: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    """The denies that can have no effect, each with what beats it."""
    why: tuple[str, ...] = ()
    """How one action is decided, a line each; empty when none was asked about."""
    rows: tuple[RuleRow, ...] = ()
    """Every rule; what denies first, then what asks, then what allows."""
    fixed: str = ""
    """Why no rule can be taken back now; empty when it can."""


def permission_layers(state: CockpitState) -> PermissionLayers:
    """What holds for the run that works, else for the next one."""
    files = state.permissions or PermissionLayers()
    if run_is_active(state):
        return layers_of(state.run, files)
    session = state.session
    chosen = session.permission_mode if session.mode_chosen else files.session_mode
    return PermissionLayers(files.global_layer, files.project_layer, (), chosen, files.broken)


def select_permissions(state: CockpitState) -> PermissionsProps:
    """The drawer's values; its argument may explain one decision."""
    layers = permission_layers(state)
    active = run_is_active(state)
    argument = state.drawer.argument if state.drawer else ""
    rows = sorted(all_rules_explained(layers), key=lambda row: ORDER.index(row.level))
    whose = "this run" if active else "the next /run"
    return PermissionsProps(
        mode=f"mode {layers.mode} · {'chosen when the run began' if active else layers.mode_origin} · {whose}",
        auto=layers.mode == "auto",
        problems=state.permission_problems,
        dead=tuple(visible(dead.reason) for dead in dead_denies(layers)),
        why=tuple(visible(argument).splitlines()) if argument.startswith(WHY) else (),
        rows=tuple(rows),
        fixed=""
        if active
        else "rules are taken back while a run works; without one, take the line out of its file",
    )


def can_be_revoked(row: RuleRow) -> bool:
    """Whether a person can take the rule back here: only what allows, so that it only ever narrows."""
    return row.level == "allow" and row.source != "default"


def rule_argument(pattern: str, where: Scope) -> str:
    """What the action that takes a rule back is told."""
    return json.dumps((pattern, where))
