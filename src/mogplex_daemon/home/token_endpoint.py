"""Asks the account for the next sign-in: `grant_type=refresh_token` at its token endpoint."""

import time
from collections.abc import Callable
from typing import Any

from mogplex_daemon.home.account_tokens import AGAIN, AccountTokens, RenewalFailed, SignInEnded, read_grant

CLIENT_ID = "mogplex-cli"
TOKEN_PATH = "/api/auth/mcp/token"
TIMEOUT_SECONDS = 15.0
UNUSED = f"the sign-in to Mogplex has ended, as it does after 30 days without use: {AGAIN}"


def renewer(address: str, clock: Callable[[], float] = time.time) -> Callable[[AccountTokens], AccountTokens]:
    """Renews sign-ins at the account of this address; it blocks. Raises SignInEnded and RenewalFailed."""

    def renew(tokens: AccountTokens) -> AccountTokens:
        import httpx

        form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": tokens.refresh_token}
        try:
            answer = httpx.post(f"{address}{TOKEN_PATH}", data=form, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            raise RenewalFailed(f"{address} cannot be reached ({type(error).__name__})") from error
        content = json_of(answer.content)
        # A refused refresh token is a 400 by the standard; 401 says the same with less care.
        if answer.status_code in (400, 401):
            raise SignInEnded(UNUSED)
        if answer.status_code != 200:
            raise RenewalFailed(f"{address} answered {answer.status_code}")
        try:
            return read_grant(content, clock(), address, tokens.refresh_token)
        except ValueError as error:
            raise RenewalFailed(f"{address}: {error}") from error

    return renew


def json_of(content: bytes) -> Any:
    """The JSON of an answer; None for anything else. Pure."""
    import json

    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
