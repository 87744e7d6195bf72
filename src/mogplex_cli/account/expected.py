"""What a sign-in that waits expects of the browser, and how everything that comes is answered. Pure."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from mogplex_cli.account import oauth
from mogplex_cli.account.handoff import CALLBACK_PATH as HANDOFF_PATH
from mogplex_cli.account.handoff import NONCE_HEADER, handed_token, same_site
from mogplex_cli.account.http_request import Answer, Request
from mogplex_cli.account.pages import BACK_TO_THE_TERMINAL, NOT_AGREED, NOT_WAITED_FOR

HOSTS = ("127.0.0.1", "localhost")
STRANGE = "an answer of another sign-in was refused: use the newest page"


@dataclass(frozen=True, slots=True)
class Arrived:
    """The answer that was waited for."""

    query: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """Of the redirect."""
    token: str = field(default="", repr=False)
    """Of the older flow."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How a request is answered, and what it means for the sign-in."""

    answer: Answer
    arrived: Arrived | None = None
    remark: str = ""
    """What a person who waits should know; empty when it is nothing of interest."""


class Expected(Protocol):
    """What is waited for."""

    def reply(self, request: Request, body: bytes) -> Reply:
        """Answer a request that came to this machine's own address."""
        ...


@dataclass(frozen=True, slots=True)
class ExpectedCode:
    """The redirect of OAuth."""

    state: str = field(repr=False)

    def reply(self, request: Request, body: bytes) -> Reply:
        """Only a GET of the callback with the right state counts; all else changes nothing."""
        if request.path != oauth.CALLBACK_PATH:
            return Reply(Answer(404))
        if request.method != "GET":
            return Reply(Answer(405, headers={"Allow": "GET"}))
        if not _same(request.query.get("state", ""), self.state):
            return Reply(Answer(403, NOT_WAITED_FOR), remark=STRANGE)
        page = NOT_AGREED if "error" in request.query else BACK_TO_THE_TERMINAL
        return Reply(Answer(200, page), Arrived(query=dict(request.query)))


@dataclass(frozen=True, slots=True)
class ExpectedToken:
    """The POST of the older flow."""

    nonce: str = field(repr=False)
    address: str
    """The account's: only its pages may ask."""

    def reply(self, request: Request, body: bytes) -> Reply:
        """Only a POST of the callback with the right nonce and a token counts; all else changes nothing."""
        origin = request.headers.get("origin", "")
        if request.path != HANDOFF_PATH:
            return Reply(Answer(404))
        if origin and not same_site(origin, self.address):
            return Reply(Answer(403))
        headers = _allowed(origin)
        if request.method == "OPTIONS":
            return Reply(Answer(204, headers=headers))
        if request.method != "POST":
            return Reply(Answer(405, headers={"Allow": "POST, OPTIONS"}))
        if not _same(request.headers.get(NONCE_HEADER, ""), self.nonce):
            return Reply(Answer(403, headers=headers), remark=STRANGE)
        token = handed_token(body)
        if not token:
            return Reply(Answer(400, headers=headers), remark="the page sent no token that can be used")
        return Reply(Answer(200, headers=headers), Arrived(token=token))


def is_own_host(request: Request, port: int) -> bool:
    """Whether the request names this machine: a name that somebody made lead here is answered nothing."""
    return request.headers.get("host", "") in tuple(f"{host}:{port}" for host in HOSTS)


def _allowed(origin: str) -> dict[str, str]:
    """What lets the account's page send the token: a public page asks for a private address."""
    if not origin:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type, X-CLI-Nonce",
        "Access-Control-Allow-Private-Network": "true",
        "Access-Control-Max-Age": "300",
        "Vary": "Origin",
    }


def _same(given: str, known: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), known.encode("ascii"))
