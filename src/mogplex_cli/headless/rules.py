"""What the permission rules say of an approval that waits in a stream. Pure.

Whoever made the stream says by itself what its request is about, so a rule lets it happen only when what the
rule was asked about is what would be done. A refusal needs no such care.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.patterns import split_descriptor
from mogplex_contracts.permissions import PermissionLayers, resolve
from mogplex_contracts.vocabulary import ActionKind

KINDS: dict[ActionKind, frozenset[str]] = {
    "run_command": frozenset(("bash",)),
    "apply_patch": frozenset(("write", "delete")),
    "delete_file": frozenset(("delete",)),
    "write_memory": frozenset(("memory",)),
    "use_remote_tool": frozenset(("mcp",)),
    "change_model": frozenset(("model",)),
    "raise_limit": frozenset(),  # Money is a person's to decide: no rule ever does.
    "read": frozenset(("read",)),
}
"""Which kinds of descriptor tell of which action."""
TARGET_IS_BODY: frozenset[ActionKind] = frozenset(("run_command", "delete_file", "write_memory"))
"""Actions whose target stands word for word in a descriptor."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is to be done with an approval."""

    decision: Literal["approve", "reject"] | None
    """None: a person decides."""
    reason: str
    """The rule, or why none decides, in a line."""


def rule_on(request: ApprovalRequested, layers: PermissionLayers) -> Ruling:
    """What the rules say of `request`."""
    resolution = resolve(layers, *request.descriptors)
    match resolution.level:
        case "ask":
            return Ruling(None, resolution.explain())
        case "deny":
            return Ruling("reject", resolution.explain())
        case "allow" if _describes(request.descriptors, request):
            return Ruling("approve", resolution.explain())
        case "allow":
            return Ruling(None, "its descriptors do not say what it would do")


def _describes(descriptors: Sequence[str], request: ApprovalRequested) -> bool:
    parts = [split_descriptor(descriptor) for descriptor in descriptors]
    if any(kind not in KINDS[request.action] for kind, _ in parts):
        return False
    return request.action not in TARGET_IS_BODY or request.target in [body for _, body in parts]
