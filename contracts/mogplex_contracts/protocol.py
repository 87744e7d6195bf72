"""Versions of the wire language."""

from pydantic import Field

from mogplex_contracts.base import Wire


class ProtocolRange(Wire):
    """The versions one side speaks, both ends included."""

    min: int = Field(ge=1)
    """Oldest."""
    max: int = Field(ge=1)
    """Newest."""


PROTOCOL = ProtocolRange.model_construct(min=1, max=1)
"""What this build speaks."""


def agree(ours: ProtocolRange, theirs: ProtocolRange) -> int | None:
    """The newest version both speak; None when there is none."""
    newest = min(ours.max, theirs.max)
    return newest if newest >= max(ours.min, theirs.min) else None
