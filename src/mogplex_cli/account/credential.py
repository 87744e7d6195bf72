"""The credential that this session calls the account with: of the environment, else the stored sign-in."""

from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread

from mogplex_daemon.home.account_address import ACCOUNT, account_address, refused_address
from mogplex_daemon.home.account_tokens import RenewalFailed, SignInEnded, current_tokens, stored_tokens
from mogplex_daemon.home.token_endpoint import renewer


class NoCredential(Exception):
    """There is one, and it cannot be used; the message says why and what to do."""

    def __init__(self, message: str, *, lasting: bool = True) -> None:
        """`lasting`: whether a person has to do something; else it may work later."""
        super().__init__(message)
        self.lasting = lasting


def credential_variable(environ: Mapping[str, str]) -> str:
    """The variable that holds the account's credential and goes before what is stored; empty for none. Pure."""
    return next((name for name in ACCOUNT.variables if environ.get(name, "").strip()), "")


async def account_credential(auth: Path, environ: Mapping[str, str], refused: str = "") -> str:
    """The token, renewed first when it has ended or is the one that was `refused`; empty when nobody is signed in.

    Raises NoCredential.
    """
    address = account_address(environ)
    not_called = refused_address(address, environ)
    variable = credential_variable(environ)
    try:
        stored = None if variable else stored_tokens(auth)
        if not variable and stored is None:
            return ""
        if not_called:
            raise NoCredential(not_called)
        if variable or stored is None:
            if refused:
                raise NoCredential(
                    f"Mogplex takes the token in {variable} no more: set another one, or unset it"
                )
            return environ[variable].strip()
        if stored.url not in ("", address):
            raise NoCredential(
                f"the sign-in is of {stored.url} and not of {address}: type /login to sign in there"
            )
        tokens = await anyio.to_thread.run_sync(
            lambda: current_tokens(auth, renewer(address), refused=refused), abandon_on_cancel=True
        )
    except RenewalFailed as trouble:
        raise NoCredential(f"the sign-in cannot be renewed: {trouble}", lasting=False) from trouble
    except (SignInEnded, ValueError) as trouble:
        raise NoCredential(str(trouble)) from trouble
    except OSError as error:
        raise NoCredential(f"{auth}: {error.strerror}") from error
    return tokens.access_token
