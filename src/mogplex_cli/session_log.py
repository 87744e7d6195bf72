"""The session log, opened when the first line is written: after the first picture is on the screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mogplex_daemon.home.redaction import Redactor

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger


class SessionLog:
    """Appends structured lines to `logs/<session-id>.jsonl`. Never raises."""

    def __init__(self, path: Path, redactor: Redactor, session_id: str) -> None:
        self.path = path
        self._redactor = redactor
        self._session_id = session_id
        self._logger: FilteringBoundLogger | None = None

    def __call__(self, event: str, **fields: Any) -> None:
        """Write one line: what happened, and its facts."""
        if self._logger is None:
            from mogplex_daemon.home.session_log import open_session_log

            self._logger = open_session_log(self.path, self._redactor, session_id=self._session_id)
        self._logger.info(event, **fields)
