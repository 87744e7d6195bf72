"""The only place that picks a transport, and says why. Pure.

The order is the specification's: MOGPLEX_TRANSPORT=process or live; then daemon, or a run to attach to; then
stdio, or a stdin that is no terminal; then process. A MOGPLEX_TRANSPORT that is none of these words leaves
nothing chosen at a terminal: then it is the daemon, with a `transport_fallback` diagnostic.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

TransportName = Literal["process", "daemon", "stdio"]

TRANSPORT_VARIABLE = "MOGPLEX_TRANSPORT"
ATTACH_VARIABLE = "MOGPLEX_ATTACH_RUN_ID"
FALLBACK_CODE = "transport_fallback"

WORDS: dict[str, TransportName] = {
    "process": "process",
    "live": "process",
    "daemon": "daemon",
    "stdio": "stdio",
}
"""What MOGPLEX_TRANSPORT may say."""


class Route(NamedTuple):
    """The chosen transport."""

    transport: TransportName
    reason: str
    """Why, in a few words."""
    attach_run_id: str | None = None
    """The run to attach to, if any."""
    ignored: str = ""
    """What of the command line has no effect with this transport, and why; empty when all has."""
    diagnostic: str | None = None
    """The message of the `transport_fallback` diagnostic, when nothing was really chosen."""


def resolve(environ: Mapping[str, str], attach: str | None, stdin_is_terminal: bool) -> Route:
    """The route for this environment, this `--attach` and this stdin. An empty variable counts as unset."""
    word = environ.get(TRANSPORT_VARIABLE, "").strip().lower()
    run_id = attach or environ.get(ATTACH_VARIABLE, "").strip() or None
    wanted = WORDS.get(word)
    if wanted == "process":
        reason = f"{TRANSPORT_VARIABLE}={word}"
        ignored = (
            f"{run_id} is not attached to: {reason} starts runs here; unset it to attach" if run_id else ""
        )
        return Route("process", reason, ignored=ignored)
    if wanted == "daemon":
        return Route("daemon", f"{TRANSPORT_VARIABLE}={word}", run_id)
    if run_id is not None:
        return Route("daemon", "--attach" if attach else ATTACH_VARIABLE, run_id)
    if wanted == "stdio":
        return Route("stdio", f"{TRANSPORT_VARIABLE}={word}")
    if not stdin_is_terminal:
        return Route("stdio", "stdin is not a terminal")
    if not word:
        return Route("process", "default")
    return Route(
        "daemon",
        "fallback",
        diagnostic=f"{TRANSPORT_VARIABLE}={word} names no transport, so the daemon is used; "
        f"set it to one of {', '.join(WORDS)}, or unset it",
    )
