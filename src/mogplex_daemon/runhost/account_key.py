"""The account's credential as a run uses it: renewed on disk before it ends, and when a call was refused."""

from collections.abc import Callable
from pathlib import Path

import anyio.to_thread

from mogplex_daemon.harness.model_access import KeyLost
from mogplex_daemon.home.account_tokens import AccountTokens, RenewalFailed, SignInEnded, current_tokens


def _nobody(_: str) -> None:
    return None


class AccountKey:
    """A KeySource of harness/model_access."""

    def __init__(self, auth: Path, key: str, renew: Callable[[AccountTokens], AccountTokens]) -> None:
        """`key`: the credential as it was stored when the run began."""
        self._auth = auth
        self._renew = renew
        self._key = key
        self.told: Callable[[str], None] = _nobody
        """Is called with every other credential before it is used: it is a secret, too."""

    async def current(self) -> str:
        """The credential to call with now. Raises KeyLost."""
        return await self._get("")

    async def renewed(self) -> str:
        """Another one than the last, which was refused. Raises KeyLost."""
        return await self._get(self._key)

    async def _get(self, refused: str) -> str:
        try:
            # A thread that is left alone goes on to its end: a sign-in that was asked for is kept on the disk.
            key = await anyio.to_thread.run_sync(self._read, refused, abandon_on_cancel=True)
        except SignInEnded as ended:
            raise KeyLost(str(ended), lasting=True) from ended
        except RenewalFailed as failed:
            raise KeyLost(f"the sign-in to Mogplex cannot be renewed: {failed}", lasting=False) from failed
        except (OSError, ValueError) as broken:
            raise KeyLost(f"the sign-in to Mogplex cannot be renewed: {broken}", lasting=True) from broken
        if key != self._key:
            self.told(key)
            self._key = key
        return key

    def _read(self, refused: str) -> str:
        return current_tokens(self._auth, self._renew, refused=refused).access_token
