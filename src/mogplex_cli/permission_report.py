"""What `/permissions` says: the mode and every rule, where each is from and what it beats. Pure."""

from mogplex_contracts.permissions import RuleRow, all_rules_explained, dead_denies
from mogplex_daemon.home.permission_files import LoadedPermissions

LEVELS = ("deny", "ask", "allow")
"""The order rules are listed in: what stops an agent first."""


def explain_permissions(loaded: LoadedPermissions) -> str:
    """The resolved permission state as plain text, a fact a line."""
    layers = loaded.layers
    lines = [f"mode {layers.mode} · {layers.mode_origin} · applies to the next /run", ""]
    for problem in loaded.problems:
        lines += [f"▲ {problem.message}", f"  {problem.fix}", ""]
    rows = all_rules_explained(layers)
    width = max((len(row.pattern) for row in rows), default=0)
    for level in LEVELS:
        chosen = [row for row in rows if row.level == level]
        if chosen:
            lines += [level, *(line for row in chosen for line in _rule(row, width)), ""]
    for dead in dead_denies(layers):
        lines.append(f"◆ no effect: {dead.reason}")
    lines.append(
        "/permissions approval asks before anything that touches the workspace; /permissions auto never asks"
    )
    return "\n".join(lines)


def _rule(row: RuleRow, width: int) -> list[str]:
    place = row.source if row.origin in ("", "default") else f"{row.source} · {row.origin}"
    lines = [f"  {row.pattern.ljust(width)}  {place}"]
    indent = " " * (width + 4)
    lines += [f"{indent}beats {rule.level} · {rule.place}" for rule in row.beaten]
    if row.note:
        lines.append(f"{indent}{row.note}")
    return lines
