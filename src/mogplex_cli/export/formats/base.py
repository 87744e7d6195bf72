"""What writes one format: a beginning, every event as it passes, an end. Pure; gives text without secrets."""

from typing import Any, Protocol

from mogplex_cli.export.record import Record
from mogplex_cli.export.request import ScopeName
from mogplex_contracts.state import RunState
from mogplex_daemon.home.redaction import Redactor


class Writer(Protocol):
    """Made anew for each export."""

    def __init__(self, run: RunState, scope: ScopeName, exported_at: str, redactor: Redactor) -> None:
        """`run` is the run as it is shown."""
        ...

    def begin(self) -> str:
        """What stands before the events."""
        ...

    def event(self, event: dict[str, Any]) -> str:
        """One event, or nothing."""
        ...

    def end(self, record: Record) -> str:
        """What stands after them."""
        ...
