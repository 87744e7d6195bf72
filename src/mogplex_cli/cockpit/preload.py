"""What no first picture needs and the first keys and events do: loaded behind the picture, so that nobody waits."""

from importlib import import_module

BEHIND_THE_FIRST_PICTURE = (
    "mogplex_cli.session_link",
    "mogplex_cli.store.reduce",
    "mogplex_cli.cockpit.context",
    "mogplex_cli.cockpit.slash_helps",
    "mogplex_cli.actions",
    "mogplex_cli.cockpit.cells.opened",
    "mogplex_cli.cockpit.drawer_values",
)
"""Modules, in the order in which they are likely to be wanted. Only a head start: whoever needs one loads it."""


def preload() -> None:
    """Load them, and build the validator of events. Takes a tenth of a second or two: call it in a thread."""
    from mogplex_contracts.codec import event_adapter

    for module in BEHIND_THE_FIRST_PICTURE:
        import_module(module)
    event_adapter()
