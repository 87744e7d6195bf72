"""The sign-in of OAuth 2.1: its addresses, and what comes back. Pure."""

import base64
import json
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from mogplex_cli.account.failures import SignInFailed
from mogplex_cli.account.pkce import ProofKey
from mogplex_contracts.text import one_line
from mogplex_daemon.home.token_endpoint import CLIENT_ID

DISCOVERY_PATH = "/.well-known/oauth-authorization-server"
"""There where this flow is spoken; missing where only the older one is."""
AUTHORIZE_PATH = "/api/auth/mcp/authorize"
CALLBACK_PATH = "/auth/callback"
PORTS = (24816, 24818)
"""The account knows the redirect addresses of these two and matches them exactly."""
SCOPE = "openid profile email offline_access read write"


def redirect_uri(port: int) -> str:
    """Where the browser is sent with the code."""
    return f"http://127.0.0.1:{port}{CALLBACK_PATH}"


def authorize_url(address: str, port: int, state: str, proof: ProofKey) -> str:
    """The page on which a person agrees."""
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": redirect_uri(port),
        "scope": SCOPE,
        "state": state,
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }
    return f"{address}{AUTHORIZE_PATH}?{urlencode(query)}"


def code_form(code: str, port: int, proof: ProofKey) -> dict[str, str]:
    """What the token endpoint is sent for a code."""
    return {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "code": code,
        "redirect_uri": redirect_uri(port),
        "code_verifier": proof.verifier,
    }


def code_of(query: Mapping[str, str]) -> str:
    """The code in an answer whose state was right. Raises SignInFailed for a refusal and for an empty answer."""
    error = query.get("error", "")
    if error == "access_denied":
        raise SignInFailed("it was not agreed to in the browser")
    if error:
        said = one_line(query.get("error_description", ""), 200)
        raise SignInFailed(f"Mogplex refused: {one_line(error, 60)}{f' · {said}' if said else ''}")
    code = query.get("code", "")
    if not code:
        raise SignInFailed("the browser came back without a code")
    return code


def who(answer: Any) -> str:
    """The person's mail address in the answer of the token endpoint; empty when it does not say.

    It came from the account itself over https, and is only shown: its signature is of no use here.
    """
    fields = cast(dict[str, Any], answer) if isinstance(answer, dict) else {}
    parts = str(fields.get("id_token") or "").split(".")
    if len(parts) != 3:
        return ""
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return ""
    mail = cast(dict[str, Any], claims).get("email") if isinstance(claims, dict) else ""
    return one_line(mail, 100) if isinstance(mail, str) else ""
