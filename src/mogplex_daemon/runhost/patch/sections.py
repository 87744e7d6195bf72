"""What both patch formats parse to: one section a file, ready to be planned."""

from collections.abc import Callable
from dataclasses import dataclass

from mogplex_contracts.vocabulary import ChangeKind


@dataclass(frozen=True, slots=True)
class Section:
    """What a patch says of one file.

    `edit` makes the new text from the old one and raises PatchRefusal when it does not fit; it is None for
    an addition with `content`, and for a deletion that does not look at the content.
    """

    kind: ChangeKind
    path: str
    moved_to: str | None = None
    content: str | None = None
    edit: Callable[[str], str] | None = None
