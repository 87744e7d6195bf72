"""Every event of the wire, one family a file; the unions of all of them are `union.py`.

The unions load when they are asked for, because most of a state is made of the parts of few families.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mogplex_contracts.events.union import Event, RunFact

__all__ = ["Event", "RunFact"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from mogplex_contracts.events import union

    return getattr(union, name)
