"""An event of a type this version does not know: kept whole, shown as a diagnostic, never a crash."""

from mogplex_contracts.envelope import EventBase


class UnknownEvent(EventBase):
    """Every field beside the envelope is kept in `model_extra`."""

    type: str
    """The type nobody here knows."""
