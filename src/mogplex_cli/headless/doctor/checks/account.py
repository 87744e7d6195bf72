"""The Mogplex account: whether somebody is signed in, and how the last sync went. Nothing is asked over the network."""

import time

from mogplex_cli.account.credential import credential_variable
from mogplex_cli.headless.doctor.finding import Finding, Surroundings
from mogplex_daemon.home.account_address import account_address, refused_address
from mogplex_daemon.home.account_state import load_account_state
from mogplex_daemon.home.account_tokens import AccountTokens, stored_tokens

SIGN_IN = "mogplex, then /login mogplex"


async def check_account(where: Surroundings) -> tuple[Finding, ...]:
    """Nothing when nobody is signed in: then the credentials say what to do."""
    variable = credential_variable(where.environ)
    try:
        stored = stored_tokens(where.home.auth)
    except (OSError, ValueError) as error:
        return (
            Finding("account", "degraded", str(error), "mend auth.json, or move it away and sign in again"),
        )
    if not variable and stored is None:
        return ()
    address = account_address(where.environ)
    state = load_account_state(where.home.account_state)
    facts = {
        "address": address,
        "source": variable or "auth.json",
        "synced_at": state.at,
        "problem": state.problem,
    }
    refused = refused_address(address, where.environ)
    if refused:
        return (Finding("account", "degraded", "its address is refused", refused, facts=facts),)
    if not variable and stored is not None and stored.url not in ("", address):
        told = f"signed in at {stored.url}, and MOGPLEX_URL leads to {address}"
        return (Finding("account", "degraded", told, f"unset MOGPLEX_URL, or {SIGN_IN}", facts=facts),)
    told = f"{_kind(variable, stored)} · {state.told or 'not synced yet'}"
    if state.problem:
        return (
            Finding(
                "account", "degraded", f"the last sync failed: {state.problem}", "/mcp sync", facts=facts
            ),
        )
    return (Finding("account", "nominal", told, facts=facts),)


def _kind(variable: str, stored: AccountTokens | None) -> str:
    if variable or stored is None:
        return f"signed in by {variable}"
    if not stored.refresh_token:
        return "signed in with a token"
    ended = stored.expires_at is not None and time.time() >= stored.expires_at
    return "signed in, to be renewed with the next call" if ended else "signed in"
