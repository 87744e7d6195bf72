"""When a failed model call is tried again, and how long is waited before. Pure."""

from collections.abc import Sequence

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelServerError,
    ModelUnavailableError,
)

FIRST_WAIT_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 30.0
LONGEST_ASKED_SECONDS = 600.0
"""A provider that asks for a longer pause ends the run: a person should know, rather than wait."""
PASSING: Sequence[tuple[type[ModelAPIError], str]] = (
    (ModelRateLimitError, "the rate limit is reached"),
    (ModelUnavailableError, "the provider is overloaded"),
    (ModelServerError, "the provider failed"),
    (ModelRequestTimeout, "the provider took too long"),
    (ModelConnectionError, "the connection was lost"),
)
"""What may go by, and how it is told. The first match counts."""
LASTING = (ModelQuotaExceededError, ModelContextWindowExceededError, ModelRequestRejectedError)
"""What does not, whatever else it is."""


def what_passes(error: Exception) -> str | None:
    """What happened, when the same call may succeed later; None when it will not."""
    if isinstance(error, LASTING):
        return None
    if type(error) is ModelAPIError and isinstance(error.__cause__, ValueError):
        return "the answer could not be read"
    return next((said for kind, said in PASSING if isinstance(error, kind)), None)


def wait_before(error: Exception, attempt: int, jitter: float) -> float | None:
    """Seconds to wait before the retry number `attempt`, from 1; None when the provider asks for too long a pause.

    What the provider asks for counts; without it the wait doubles. `jitter`, 0 to 1, spreads agents that failed
    together over a quarter of it.
    """
    asked = error.retry_after if isinstance(error, ModelAPIError) else None
    if asked is not None and asked > LONGEST_ASKED_SECONDS:
        return None
    backoff = min(LONGEST_BACKOFF_SECONDS, FIRST_WAIT_SECONDS * 2 ** (min(attempt, 16) - 1))
    return (max(asked, 0.0) if asked is not None else backoff) * (1 + jitter / 4)


def asked_to_wait(error: Exception) -> bool:
    """Whether the provider itself said how long to wait."""
    return isinstance(error, ModelAPIError) and error.retry_after is not None
