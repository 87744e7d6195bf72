"""Things a person should know that belong to no other family."""

from typing import Literal

from mogplex_contracts.envelope import EventBase


class Error(EventBase):
    """Something went wrong."""

    type: Literal["error"] = "error"
    code: str
    """For programs: stable, lower-case words joined by `_`."""
    message: str
    """For people: what happened, where, and what to do now."""
    retryable: bool = False
    """Whether the same thing may work later."""
    agent_id: str | None = None
    """Whose it is, when it is one agent's."""


class Diagnostic(EventBase):
    """Something worth knowing that is not an error."""

    type: Literal["diagnostic"] = "diagnostic"
    code: str
    """For programs, such as `transport_fallback` or `invalid_line`."""
    message: str
    """For people."""
    agent_id: str | None = None
    """Whose it is, when it is one agent's."""


NoticeEvent = Error | Diagnostic
