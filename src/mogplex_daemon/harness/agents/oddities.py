"""What an agent says that is not understood: it costs only itself, and a person is told of each kind once."""

from collections.abc import Callable

from pydantic import ValidationError

from mogplex_contracts.events import Event
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.text import one_line

KINDS_TOLD = 20
"""So many different oddities are told in a run; an agent that speaks another language has no end of them."""
WHY_CHARACTERS = 160


class Oddities:
    """Of one run of one agent."""

    def __init__(self, name: str) -> None:
        """`name` is what people call the agent."""
        self._name = name
        self._told: set[str] = set()

    def unknown(self, what: str) -> list[Event]:
        """A message, or a part of one, of a kind that is not known here, such as `the update brand_new`."""
        return self._tell(
            "agent_message_unknown",
            what,
            f"{self._name} sent {one_line(what)}, which is not known here; it was passed over",
        )

    def misread(self, what: str, why: str = "") -> list[Event]:
        """A message, or a part of one, that has not the shape it should have."""
        said = f"{self._name} said {one_line(what)} in a way that is not understood"
        return self._tell("agent_message_odd", what, f"{said}: {why}" if why else said)

    def understood(self, what: str, translate: Callable[[], list[Event]]) -> list[Event]:
        """The events that `translate` makes of the message `what`, or that it was odd.

        `translate` reads all it needs before it changes anything: then what cannot be read leaves no trace.
        """
        try:
            return translate()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            return self.misread(what, one_line(_why(error), WHY_CHARACTERS))

    def _tell(self, code: str, what: str, message: str) -> list[Event]:
        if what in self._told or len(self._told) > KINDS_TOLD:
            return []
        self._told.add(what)
        if len(self._told) > KINDS_TOLD:
            message = f"{self._name} says more and more that is not understood; nothing more is told of it"
        return [Diagnostic(code=code, message=message)]


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(error).__name__}: {error}"
