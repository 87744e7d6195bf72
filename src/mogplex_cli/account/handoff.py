"""The older sign-in: the page sends a token by a cross-origin POST, with a nonce that proves the page. Pure."""

import json
import re
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

PAGE_PATH = "/cli-auth"
CALLBACK_PATH = "/token"
NONCE_HEADER = "x-cli-nonce"
LONGEST_NAME = 100
PERSONAL_TOKEN = re.compile(r"mog_[A-Za-z0-9]{8,128}")


def handoff_url(address: str, port: int, nonce: str, name: str) -> str:
    """The page on which a person agrees; `name` is what the token will be called in the account's settings."""
    query = {
        "callback": f"http://127.0.0.1:{port}{CALLBACK_PATH}",
        "nonce": nonce,
        "name": name[:LONGEST_NAME],
    }
    return f"{address}{PAGE_PATH}?{urlencode(query)}"


def handed_token(body: bytes) -> str:
    """The token of a POST; empty when there is none."""
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return personal_token(cast(dict[str, Any], content).get("token") if isinstance(content, dict) else "")


def personal_token(text: Any) -> str:
    """A personal token as a person pastes it, without what stands around it; empty when it is none."""
    if not isinstance(text, str):
        return ""
    token = text.strip().strip("\"'")
    return token if PERSONAL_TOKEN.fullmatch(token) else ""


def same_site(origin: str, address: str) -> bool:
    """Whether a page of `origin` is one of the account at `address`; `www.` makes no difference."""
    page, account = urlsplit(origin), urlsplit(address)
    return (page.scheme, _bare(page.hostname), page.port) == (
        account.scheme,
        _bare(account.hostname),
        account.port,
    )


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")
