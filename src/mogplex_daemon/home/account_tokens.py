"""The account's stored sign-in: what it holds, and how it is renewed so that no two processes do it at once.

A personal token never ends by itself. A sign-in through the browser has an access token of an hour or so, and a
refresh token that gives the next pair and can be used once.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.home.auth_file import (
    MOGPLEX,
    changing,
    key_of,
    read_credentials,
    write_credentials,
    write_mogplex,
)

EARLY_SECONDS = 60.0
"""A token that ends this soon is renewed now: a call takes its time."""
AGAIN = "type /login to sign in again"


class SignInEnded(Exception):
    """The account takes the stored sign-in no more; the message says what to do."""


class RenewalFailed(Exception):
    """The sign-in could not be renewed this time: no network, or the account is in trouble."""


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """A sign-in."""

    access_token: str = field(repr=False)
    """What every call is made with."""
    refresh_token: str = field(default="", repr=False)
    """Gives the next access token, once; empty for a token that is never renewed."""
    expires_at: float | None = None
    """When the access token ends, seconds since 1970; None when that is not known."""
    url: str = ""
    """The account's address it was given for; empty when that is not known."""

    @property
    def entry(self) -> dict[str, Any]:
        """As it is stored."""
        if not self.refresh_token and self.expires_at is None:
            return {"token": self.access_token, **({"url": self.url} if self.url else {})}
        entry: dict[str, Any] = {"access_token": self.access_token, "refresh_token": self.refresh_token}
        if self.expires_at is not None:
            entry["expires_at"] = int(self.expires_at)
        return {**entry, "url": self.url}

    def usable(self, now: float, refused: str) -> bool:
        """Whether a call can be made with it: it has not ended, and is not the one that was refused."""
        ended = self.expires_at is not None and now >= self.expires_at - EARLY_SECONDS
        return not ended and self.access_token != refused


def stored_tokens(path: Path) -> AccountTokens | None:
    """The account's stored sign-in; None when there is none. Raises OSError, and ValueError for a broken file."""
    return read_tokens(read_credentials(path).get(MOGPLEX))


def read_tokens(value: Any) -> AccountTokens | None:
    """A sign-in as it is stored; None for anything that holds no token. Pure."""
    access = key_of(value)
    if not access:
        return None
    fields = cast(dict[str, Any], value) if isinstance(value, dict) else {}
    return AccountTokens(
        access,
        _text(fields.get("refresh_token")),
        _number(fields.get("expires_at")),
        _text(fields.get("url")),
    )


def read_grant(answer: Any, now: float, url: str, before: str = "") -> AccountTokens:
    """What the token endpoint answered; `before` stays the refresh token when it gives no other. Pure.

    Raises ValueError when there is no token in it.
    """
    fields = cast(dict[str, Any], answer) if isinstance(answer, dict) else {}
    access = _text(fields.get("access_token"))
    if not access:
        raise ValueError("the answer holds no access_token")
    seconds = _number(fields.get("expires_in"))
    ends = None if seconds is None else now + seconds
    return AccountTokens(access, _text(fields.get("refresh_token")) or before, ends, url)


def keep_tokens(path: Path, tokens: AccountTokens) -> None:
    """Store a sign-in in place of the one before. Raises OSError and ValueError; then the file is as it was."""
    with changing(path):
        write_mogplex(path, tokens.entry)


def current_tokens(
    path: Path,
    renew: Callable[[AccountTokens], AccountTokens],
    *,
    refused: str = "",
    clock: Callable[[], float] = time.time,
) -> AccountTokens:
    """The sign-in to call with now, renewed first when it has ended or is the one that was `refused`.

    `renew` asks the account, and may raise what this raises: SignInEnded, RenewalFailed. Also raises OSError and
    ValueError for a file that cannot be used. It may wait for another process that renews at this moment, and then
    takes what that one was given. The new sign-in is on the disk when this returns.
    """
    tokens = _stored(path)
    if tokens.usable(clock(), refused):
        return tokens
    with changing(path):
        tokens = _stored(path)
        if tokens.usable(clock(), refused):
            return tokens
        if not tokens.refresh_token:
            raise SignInEnded(f"Mogplex takes the stored token no more: {AGAIN}")
        # The refresh token is used up by asking: where the answer could not be kept, it is not asked.
        write_credentials(path, read_credentials(path))
        renewed = renew(tokens)
        write_mogplex(path, renewed.entry)
    return renewed


def _stored(path: Path) -> AccountTokens:
    tokens = stored_tokens(path)
    if tokens is None:
        raise SignInEnded("nobody is signed in to Mogplex any more: type /login to sign in")
    return tokens


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)
