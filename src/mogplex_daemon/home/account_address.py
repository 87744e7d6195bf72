"""Where the Mogplex account is, and which addresses its token may travel to. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from mogplex_daemon.home.provider_table import KNOWN_PROVIDERS

ACCOUNT = next(each for each in KNOWN_PROVIDERS if each.name == "mogplex")
LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
REFUSED = (
    "MOGPLEX_URL: the account is called over https only; on this machine http is taken with MOGPLEX_DEV=1. "
    "Mend or unset it, until then the account is not used"
)


def account_address(environ: Mapping[str, str]) -> str:
    """The account's address without a slash at its end: MOGPLEX_URL, else Mogplex itself."""
    return (environ.get(ACCOUNT.address_variable, "").strip() or ACCOUNT.base_url).rstrip("/")


def refused_address(address: str, environ: Mapping[str, str]) -> str:
    """Why the account's token is not sent to `address`: it must not travel in the clear. Empty when it may be."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return REFUSED
    if parts.scheme == "https" and host:
        return ""
    developing = environ.get("MOGPLEX_DEV") == "1" and environ.get("NODE_ENV") != "production"
    return "" if parts.scheme == "http" and developing and host in LOOPBACK else REFUSED
