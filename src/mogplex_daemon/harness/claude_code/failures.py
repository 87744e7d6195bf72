"""How a prompt ended, and what went wrong with the model, in words for the person whose run it ends. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from mogplex_contracts.text import one_line
from mogplex_daemon.harness.agents.reading import Object, as_text, as_texts
from mogplex_daemon.harness.base import HarnessFailed

ADVICE: Mapping[str, tuple[str, str]] = {
    "authentication_failed": (
        "model_auth",
        "Sign in with `claude` and /login, or set ANTHROPIC_API_KEY; then start the run again.",
    ),
    "billing_error": ("model_quota", "Top up the account, or start again with another one."),
    "rate_limit": ("model_rate_limit", "Wait a little and start the run again."),
    "overloaded": ("model_unavailable", "Start the run again later, or with another model."),
    "server_error": ("model_unavailable", "Start the run again later, or with another model."),
    "connection_failed": ("model_unreachable", "Check the network and start the run again."),
    "model_not_found": ("model_not_found", "Check the model's name and start again."),
    "invalid_request": ("model_rejected", "Start again with another model, or a smaller task."),
    "error_max_turns": ("agent_limit", "Start a new run that goes on from here."),
    "error_max_budget_usd": ("agent_limit", "Start a new run that goes on from here."),
}
"""By what Claude Code calls the error: our code for it, and what to do now."""
ANYTHING_ELSE = ("model_failed", "Start the run again.")
BY_STATUS: Mapping[int, str] = {
    400: "invalid_request",
    401: "authentication_failed",
    403: "authentication_failed",
    404: "model_not_found",
    429: "rate_limit",
    500: "server_error",
    529: "overloaded",
}


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How one prompt ended."""

    interrupted: bool
    """A person stopped it."""
    text: str
    """The last thing the agent said, or what went wrong."""
    failure: HarnessFailed | None = None


def turn_end(result: Object, error: str) -> TurnEnd:
    """What a `result` message means. `error` is what the last failed message of the turn was marked with."""
    said = as_text(result.get("result"))
    if as_text(result.get("terminal_reason")).startswith("aborted"):
        return TurnEnd(interrupted=True, text="")
    # Not its subtype: that is "success" also when the model's server refused.
    subtype, status = as_text(result.get("subtype")), result.get("api_error_status")
    if not result.get("is_error") and not subtype.startswith("error"):
        return TurnEnd(interrupted=False, text=said)
    by_status = BY_STATUS.get(status, "") if isinstance(status, int) else ""
    names = (as_text(result.get("api_error")), by_status, error, subtype)
    code, advice = next((ADVICE[name] for name in names if name in ADVICE), ANYTHING_ELSE)
    said = one_line(
        said or "; ".join(as_texts(result.get("errors"))) or subtype or "it did not say why", 500
    ).rstrip(".")
    return TurnEnd(
        interrupted=False,
        text=said,
        failure=HarnessFailed(code, f"Claude Code could not go on: {said}. {advice}"),
    )


def gave_up(retry: Object, patience: float) -> TurnEnd:
    """The model was asked again and again for `patience` seconds, the last time because of `retry`."""
    status = retry.get("error_status")
    name = BY_STATUS.get(status, "server_error") if isinstance(status, int) else "connection_failed"
    code, advice = ADVICE[name]
    said = f"its server answers {status}" if isinstance(status, int) else f"not reached for {patience:g} s"
    return TurnEnd(False, said, HarnessFailed(code, f"Claude Code cannot use its model: {said}. {advice}"))
