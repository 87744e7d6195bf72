"""What went wrong with a model, in words for the person whose run it ends."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelServerError,
    ModelUnavailableError,
    UnexpectedModelBehavior,
    UserError,
)

from mogplex_daemon.harness.base import HarnessFailed
from mogplex_daemon.harness.loop.agent import AgentIdentity
from mogplex_daemon.harness.loop.retries import LONGEST_ASKED_SECONDS

MODEL_ERRORS = (AgentRunError, UserError)
SAID_CHARACTERS = 500

ADVICE: Sequence[tuple[type[Exception], str, str]] = (
    (
        ModelAuthenticationError,
        "model_auth",
        "Check the credential of this provider (/login, or its environment variable) and start the run again.",
    ),
    (ModelQuotaExceededError, "model_quota", "Top up the account, or start again with another model."),
    (ModelRateLimitError, "model_rate_limit", "Wait a little and start the run again."),
    (ModelContextWindowExceededError, "model_context_full", "Start a new run with a smaller task."),
    (ModelNotFoundError, "model_not_found", "Check the model's name and start again."),
    (ModelConnectionError, "model_unreachable", "Check the network and start the run again."),
    (ModelUnavailableError, "model_unavailable", "Start the run again later, or with another model."),
    (ModelServerError, "model_unavailable", "Start the run again later, or with another model."),
    (ModelRequestRejectedError, "model_rejected", "Start again with another model."),
    (ModelAPIError, "model_failed", "Start the run again."),
    (ContentFilterError, "model_refused", "Put the task in other words and start again."),
    (UnexpectedModelBehavior, "model_misbehaved", "Start the run again, or with another model."),
)
"""First match wins, so the special stands before the general: what happened, its code, and what to do now."""


def model_failure(error: Exception, model: str, agent: AgentIdentity, attempts: int = 1) -> HarnessFailed:
    """The end of a run whose model failed: who was working, on what, what was said, and what to do."""
    code, advice = next(
        ((code, advice) for kind, code, advice in ADVICE if isinstance(error, kind)),
        ("model_failed", "Start the run again."),
    )
    said = _said(error)
    tried = f" after {attempts} attempts" if attempts > 1 else ""
    return HarnessFailed(
        code, f"{agent.name} could not go on{tried}: model {model}: {said.rstrip('.')}. {advice}"
    )


def _said(error: Exception) -> str:
    """What the provider said, without the packing around it."""
    said = str(error)
    if isinstance(error, UnexpectedModelBehavior):
        # Without the answer itself, which it holds whole.
        said = error.message
    if isinstance(error, ModelHTTPError):
        said = f"HTTP {error.status_code}: {_message(error.body) or said}"
    if isinstance(error, ModelAPIError) and (error.retry_after or 0) > LONGEST_ASKED_SECONDS:
        said = f"{said.rstrip('.')} (it asks to wait for {timedelta(seconds=round(error.retry_after or 0))})"
    said = " ".join(said.split()) or type(error).__name__
    return said if len(said) <= SAID_CHARACTERS else f"{said[:SAID_CHARACTERS]}…"


def _message(body: object) -> str:
    """The `message` of an error in JSON, at its top or inside of its `error`."""
    if not isinstance(body, dict):
        return ""
    fields = cast(dict[str, object], body)
    inner = fields.get("error")
    if isinstance(inner, dict):
        return _message(cast(object, inner))
    said = fields.get("message")
    return said if isinstance(said, str) else ""
