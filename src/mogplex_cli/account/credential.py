"""The credential that this session calls the account with: of the environment, else the stored sign-in."""

from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread

from mogplex_daemon.home.account_address import ACCOUNT, account_address, refused_address
from mogplex_daemon.home.account_tokens import RenewalFailed, SignInEnded, current_tokens, stored_tokens
from mogplex_daemon.home.token_endpoint import renewer


class NoCredential(Exception):
    """There is one, and it cannot be used; the message says why and what to do."""


def credential_variable(environ: Mapping[str, str]) -> str:
    """The variable that holds the account's credential and goes before what is stored; empty for none. Pure."""
    return next((name for name in ACCOUNT.variables if environ.get(name, "").strip()), "")


async def account_credential(auth: Path, environ: Mapping[str, str]) -> str:
    """The token, renewed first when it has ended; empty when nobody is signed in. Raises NoCredential."""
    address = account_address(environ)
    refused = refused_address(address, environ)
    variable = credential_variable(environ)
    try:
        stored = None if variable else stored_tokens(auth)
        if not variable and stored is None:
            return ""
        if refused:
            raise NoCredential(refused)
        if variable or stored is None:
            return environ[variable].strip()
        if stored.url not in ("", address):
            raise NoCredential(
                f"the sign-in is of {stored.url} and not of {address}: type /login to sign in there"
            )
        tokens = await anyio.to_thread.run_sync(
            lambda: current_tokens(auth, renewer(address)), abandon_on_cancel=True
        )
    except (SignInEnded, RenewalFailed, ValueError) as trouble:
        raise NoCredential(str(trouble)) from trouble
    except OSError as error:
        raise NoCredential(f"{auth}: {error.strerror}") from error
    return tokens.access_token
