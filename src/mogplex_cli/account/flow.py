"""One sign-in through the browser, from the first question to a token. Nothing is stored here."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import anyio
from anyio.abc import Listener, SocketStream

from mogplex_cli.account import oauth
from mogplex_cli.account.browser import open_browser
from mogplex_cli.account.callback import first_answer, listening, port_of
from mogplex_cli.account.expected import Arrived, Expected, ExpectedCode, ExpectedToken
from mogplex_cli.account.failures import SignInFailed
from mogplex_cli.account.handoff import handoff_url
from mogplex_cli.account.hosted import Hosted, HostedTrouble
from mogplex_cli.account.outcomes import SignedIn
from mogplex_cli.account.pkce import new_proof_key, new_state
from mogplex_daemon.home.account_tokens import AccountTokens, read_grant

PATIENCE_SECONDS = 300.0
"""How long the browser is waited for."""
Phase = Literal["asking", "waiting", "exchanging"]
BrowserState = Literal["opening", "opened", "missing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    phase: Phase
    url: str = ""
    """The page to agree on; empty before it is known."""
    browser: BrowserState = "opening"
    """Whether a browser shows it."""
    remark: str = ""
    """What a person who waits should know."""


class BrowserSignIn:
    """One attempt; `run` it once."""

    def __init__(
        self, address: str, label: str, environ: Mapping[str, str], tell: Callable[[Progress], None]
    ) -> None:
        """`label`: what the token is to be called, such as `ada@laptop`. `tell` hears how it goes."""
        self._address = address
        self._label = label
        self._environ = environ
        self._tell_on = tell
        self._told = Progress("asking")

    async def run(self) -> SignedIn:
        """Until somebody has agreed. Raises SignInFailed, also when nobody did in five minutes."""
        self._tell(Progress("asking"))
        try:
            async with Hosted(self._address) as hosted:
                if await hosted.speaks_oauth():
                    return await self._by_code(hosted)
            return await self._by_handoff()
        except HostedTrouble as trouble:
            raise SignInFailed(str(trouble)) from trouble

    async def _by_code(self, hosted: Hosted) -> SignedIn:
        proof, state = new_proof_key(), new_state()
        async with listening(oauth.PORTS) as listener:
            port = port_of(listener)
            url = oauth.authorize_url(self._address, port, state, proof)
            arrived = await self._wait(listener, ExpectedCode(state), url)
        code = oauth.code_of(arrived.query)
        self._tell(Progress("exchanging", url))
        answer = await hosted.exchange(oauth.code_form(code, port, proof))
        try:
            return SignedIn(read_grant(answer, time.time(), self._address), oauth.who(answer))
        except ValueError as error:
            raise SignInFailed(f"{self._address}: {error}") from error

    async def _by_handoff(self) -> SignedIn:
        nonce = new_state()
        async with listening((0,)) as listener:
            url = handoff_url(self._address, port_of(listener), nonce, f"mogplex on {self._label}")
            arrived = await self._wait(listener, ExpectedToken(nonce, self._address), url)
        return SignedIn(AccountTokens(arrived.token, url=self._address))

    async def _wait(self, listener: Listener[SocketStream], expected: Expected, url: str) -> Arrived:
        """Listen first, and only then open the page: its answer may come at once."""
        self._tell(Progress("waiting", url))
        arrived = Arrived()
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._open, url)
                    arrived = await first_answer(listener, expected, self._remark)
                    tasks.cancel_scope.cancel()
                return arrived
        except TimeoutError as error:
            minutes = round(PATIENCE_SECONDS / 60)
            raise SignInFailed(f"the browser did not come back in {minutes} minutes") from error

    async def _open(self, url: str) -> None:
        opened = await open_browser(url, self._environ)
        self._tell(replace(self._told, browser="opened" if opened else "missing"))

    def _remark(self, remark: str) -> None:
        self._tell(replace(self._told, remark=remark))

    def _tell(self, progress: Progress) -> None:
        self._told = progress
        self._tell_on(progress)
