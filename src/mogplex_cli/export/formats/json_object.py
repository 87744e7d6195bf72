"""JSON: one object for the run. Its parts are those of the scope; the timeline is every event, whole."""

import json
from typing import Any

from mogplex_cli.export import sections
from mogplex_cli.export.record import Record
from mogplex_cli.export.request import ScopeName
from mogplex_contracts.state import RunState
from mogplex_daemon.home.redaction import Redactor

FORMAT = "mogplex.run"
VERSION = 1


class JsonObject:
    """Written as it comes, so that a long run needs no more memory than a short one."""

    def __init__(self, run: RunState, scope: ScopeName, exported_at: str, redactor: Redactor) -> None:
        self._run = run
        self._scope: ScopeName = scope
        self._exported_at = exported_at
        self._redactor = redactor
        self._timeline = "timeline" in sections.SECTIONS[scope]
        self._first = True

    def begin(self) -> str:
        """The facts of the run, and the opening of its timeline."""
        head = {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": self._exported_at,
            "scope": self._scope,
            "run": sections.run_facts(self._run),
        }
        return self._text(head)[:-1] + (',\n"timeline":[' if self._timeline else "")

    def event(self, event: dict[str, Any]) -> str:
        """An item of the timeline."""
        if not self._timeline:
            return ""
        comma = "\n" if self._first else ",\n"
        self._first = False
        return comma + self._text(event)

    def end(self, record: Record) -> str:
        """The other parts."""
        parts: dict[str, Any] = {
            "agents": sections.agents(self._run),
            "approvals": sections.approvals(record),
            "changes": sections.changes(self._run),
            "memory": sections.memory(record),
            "cost": sections.cost(self._run),
        }
        wanted = [name for name in sections.SECTIONS[self._scope] if name in parts]
        rest = "".join(f",\n{json.dumps(name)}:{self._text(parts[name])}" for name in wanted)
        return ("\n]" if self._timeline else "") + rest + "}\n"

    def _text(self, value: Any) -> str:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return self._redactor.line(line).decode()
