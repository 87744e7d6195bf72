"""JSON Lines: the events of the scope as they stand in the journal."""

import json
from typing import Any

from mogplex_cli.export.record import Record
from mogplex_cli.export.request import ScopeName
from mogplex_cli.export.sections import in_scope
from mogplex_contracts.state import RunState
from mogplex_daemon.home.redaction import Redactor


class JsonLines:
    """Nothing but events, so that it is a stream the cockpit reads."""

    def __init__(self, run: RunState, scope: ScopeName, exported_at: str, redactor: Redactor) -> None:
        self._scope: ScopeName = scope
        self._redactor = redactor

    def begin(self) -> str:
        """Nothing."""
        return ""

    def event(self, event: dict[str, Any]) -> str:
        """Its line."""
        if not in_scope(self._scope, str(event.get("type", ""))):
            return ""
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return self._redactor.line(line).decode() + "\n"

    def end(self, record: Record) -> str:
        """Nothing."""
        return ""
