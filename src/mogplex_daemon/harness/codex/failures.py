"""Why a turn of codex failed, in words for the person whose run it ends."""

from mogplex_contracts.text import one_line
from mogplex_daemon.harness.agents.reading import as_object
from mogplex_daemon.harness.base import HarnessFailed
from mogplex_daemon.harness.codex.protocol import TurnError

SAID_CHARACTERS = 500
START_AGAIN = "Start the run again later, or with another model."

STATUSES: dict[int, tuple[str, str]] = {
    400: ("model_rejected", "Start again with another model."),
    401: (
        "model_auth",
        "Sign in with `codex login`, or check the key of the provider in codex's config.toml.",
    ),
    403: ("model_auth", "Check what this login may use, or start again with another model."),
    404: ("model_not_found", "Check the model's name and the provider's address in codex's config.toml."),
    429: ("model_rate_limit", "Wait a little and start the run again."),
}
"""HTTP status of the provider, our code, and what to do now."""

NAMES: dict[str, tuple[str, str]] = {
    "contextWindowExceeded": ("model_context_full", "Start a new run with a smaller task."),
    "sessionBudgetExceeded": ("model_quota", "Top up the account, or start again with another model."),
    "usageLimitExceeded": ("model_quota", "Top up the account, or start again with another model."),
    "rateLimitExceeded": ("model_rate_limit", "Wait a little and start the run again."),
    "serverOverloaded": ("model_unavailable", START_AGAIN),
    "internalServerError": ("model_unavailable", START_AGAIN),
    "policyCapacityUnavailable": ("model_unavailable", START_AGAIN),
    "modelNotFound": ("model_not_found", "Check the model's name and start again."),
    "unauthorized": STATUSES[401],
    "badRequest": STATUSES[400],
    "cyberPolicy": ("model_refused", "Put the task in other words and start again."),
    "misalignmentPolicyViolation": ("model_refused", "Put the task in other words and start again."),
    "httpConnectionFailed": ("model_unreachable", "Check the network and start the run again."),
    "responseStreamConnectionFailed": ("model_unreachable", "Check the network and start the run again."),
    "responseStreamDisconnected": ("model_cut_off", "Check the network and start the run again."),
    "responseTooManyFailedAttempts": ("model_unavailable", START_AGAIN),
    "sandboxError": ("agent_sandbox", "Look at what codex said; its sandbox may not work on this machine."),
}
"""codex's name of an error, our code, and what to do now. A status that comes with it says more."""


def turn_failure(error: TurnError | None) -> HarnessFailed:
    """The end of a run whose turn failed: what codex said, and what to do."""
    if error is None:
        return HarnessFailed(
            "model_failed", "codex: the turn failed and codex did not say why. Start the run again."
        )
    name, status = error_kind(error)
    code, advice = NAMES.get(name, ("model_failed", "Start the run again."))
    if status is not None:
        fallback = ("model_unavailable", START_AGAIN) if status >= 500 else (code, advice)
        code, advice = STATUSES.get(status, fallback)
    said = one_line(
        " · ".join(text for text in (error.message, error.additional_details) if text), SAID_CHARACTERS
    )
    return HarnessFailed(code, f"codex: {(said or name or 'the turn failed').rstrip('.')}. {advice}")


def error_kind(error: TurnError) -> tuple[str, int | None]:
    """codex's name of the error, and the HTTP status when one came with it."""
    info: object = error.codex_error_info
    if isinstance(info, str):
        return info, None
    for name, more in as_object(info).items():
        status = as_object(more).get("httpStatusCode")
        return name, status if isinstance(status, int) else None
    return "", None
