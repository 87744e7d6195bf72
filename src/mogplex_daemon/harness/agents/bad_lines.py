"""Lines of an agent that are no messages: a few are told, the rest only costs the time to read it."""

from mogplex_contracts.events import Event
from mogplex_contracts.events.notice import Diagnostic

LINES_TOLD = 5


class BadLines:
    """Of one process. `name` is what people call the agent."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def told(self, why: str) -> list[Event]:
        """One more line; `why` it is no message."""
        self._count += 1
        if self._count > LINES_TOLD:
            return []
        last = "; further ones are not told" if self._count == LINES_TOLD else ""
        return [Diagnostic(code="agent_bad_line", message=f"{self._name} said {why}{last}")]
