"""The account in one session: signs in, syncs in the background, and tells the store. It owns every wait of both."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

import anyio
import anyio.to_thread

from mogplex_cli.account.credential import NoCredential, account_credential, credential_variable
from mogplex_cli.account.failures import PortsBusy, SignInFailed
from mogplex_cli.account.handoff import personal_token
from mogplex_cli.account.outcomes import SignedIn, Synced
from mogplex_cli.model_catalog import account_default
from mogplex_cli.store.signing_in import SigningIn
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import (
    DrawerClosed,
    HarnessChosen,
    NoticeShown,
    SignInTold,
    UiEvent,
)
from mogplex_contracts.vocabulary import OWN_LOOP
from mogplex_daemon.home.account_address import account_address, refused_address
from mogplex_daemon.home.account_state import AccountState, save_account_state
from mogplex_daemon.home.account_tokens import AccountTokens, keep_tokens
from mogplex_daemon.home.paths import Home

if TYPE_CHECKING:
    from mogplex_cli.account.flow import Progress

Work = Callable[[], Awaitable[None]]
PENDING = 8
NOT_A_TOKEN = (
    "that is no token of Mogplex: one begins with mog_, and web settings show it once when it is made"
)
TRY_AGAIN = "/login mogplex tries again"


class Store(Protocol):
    """The one state."""

    @property
    def state(self) -> CockpitState:
        """As it is now."""
        ...

    def apply(self, events: Sequence[UiEvent]) -> None:
        """Reduce facts of the cockpit."""
        ...


class AccountSession:
    """An AccountDoor. `run` is its owner: what the door is asked for is done there, one thing at a time."""

    def __init__(
        self,
        home: Home,
        environ: Mapping[str, str],
        label: str,
        store: Store,
        log: Callable[..., None],
        *,
        synced_at_start: bool = True,
    ) -> None:
        """`label`: this machine and person, such as `ada@laptop`: what a token is called on the web."""
        self._home = home
        self._environ = environ
        self._address = account_address(environ)
        self._label = label
        self._store = store
        self._log = log
        self._synced_at_start = synced_at_start
        self._ask, self._asked = anyio.create_memory_object_stream[Work](PENDING)
        self._scope: anyio.CancelScope | None = None
        """Of what is under way."""

    async def run(self) -> None:
        """Sync once when somebody is signed in, then do what is asked for, until it is cancelled."""
        async with self._asked:
            if self._synced_at_start:
                await self._do(self._sync_quietly)
            async for work in self._asked:
                await self._do(work)

    def begin(self) -> None:
        """Sign in through the browser."""
        going_on = self._store.state.signing_in
        if going_on is None or going_on.phase == "failed":
            self._tell(SigningIn("asking"))
            self._instead(self._sign_in)

    def use_token(self, token: str) -> None:
        """Sign in with a pasted token, in place of an attempt that is going on."""
        kept = personal_token(token)
        if not kept:
            self._tell(SigningIn("failed", error=NOT_A_TOKEN))
            return
        self._tell(SigningIn("syncing"))
        self._instead(lambda: self._finish(SignedIn(AccountTokens(kept, url=self._address)), pasted=True))

    def sync(self) -> None:
        """Fetch again, and say what came of it."""
        self._queue(self._sync_aloud)

    def stop(self) -> None:
        """End what is under way; nothing more comes of it."""
        self._give_up()
        self._apply(SignInTold(None))

    async def _do(self, work: Work) -> None:
        with anyio.CancelScope() as self._scope:
            await work()

    def _instead(self, work: Work) -> None:
        self._give_up()
        self._queue(work)

    def _give_up(self) -> None:
        """End what is under way, and forget what was to follow."""
        if self._scope is not None:
            self._scope.cancel()
        with suppress(anyio.WouldBlock):
            while True:
                self._asked.receive_nowait()

    def _queue(self, work: Work) -> None:
        if self._ask.statistics().current_buffer_used < PENDING:
            self._ask.send_nowait(work)

    async def _sign_in(self) -> None:
        refused = refused_address(self._address, self._environ)
        if refused:
            self._fail(refused)
            return
        from mogplex_cli.account.flow import BrowserSignIn

        try:
            signed_in = await BrowserSignIn(self._address, self._label, self._environ, self._progress).run()
        except PortsBusy as busy:
            self._fail(
                f"{busy}: another mogplex may be signing in. A token of the web settings works without them"
            )
        except SignInFailed as failed:
            self._fail(str(failed))
        else:
            await self._finish(signed_in)

    async def _finish(self, signed_in: SignedIn, *, pasted: bool = False) -> None:
        """See that the account takes the token, keep it, and say whose models runs are driven with."""
        self._tell(SigningIn("syncing"))
        refused = refused_address(self._address, self._environ)
        if refused:
            self._fail(refused)
            return
        synced = await self._fetch(signed_in.tokens.access_token)
        nothing_came = synced.models is None and synced.servers is None
        if synced.refused or (pasted and nothing_came):
            reason = "Mogplex refuses this token" if synced.refused else synced.problems[0]
            self._fail(f"{reason} · it was not kept")
            return
        try:
            await anyio.to_thread.run_sync(keep_tokens, self._home.auth, signed_in.tokens)
        except (OSError, ValueError) as error:
            self._fail(f"the token cannot be kept: {error}")
            return
        self._log("signed_in", renewed=bool(signed_in.tokens.refresh_token))
        model = await anyio.to_thread.run_sync(account_default, self._home.models)
        drawer = self._store.state.drawer
        self._apply(
            HarnessChosen(OWN_LOOP, f"mogplex/{model}" if model else ""),
            SignInTold(None),
            *((DrawerClosed(),) if drawer and drawer.name in ("sign_in", "login") else ()),
            NoticeShown(self._told(signed_in, synced, model), "warning" if synced.problems else "info"),
        )

    def _told(self, signed_in: SignedIn, synced: Synced, model: str) -> str:
        whose = f" as {signed_in.who}" if signed_in.who else ""
        on = f", {model} unless /model says otherwise" if model else "; name one with /model"
        variable = credential_variable(self._environ)
        goes_before = f"{variable} is set and goes before this sign-in: unset it" if variable else ""
        parts = (
            f"signed in to Mogplex{whose}",
            synced.told,
            f"runs use the models of your account{on}",
            goes_before,
            *synced.problems,
        )
        return " · ".join(part for part in parts if part)

    async def _sync_quietly(self) -> None:
        """At the start: only a sign-in that has ended is told; a network that is away changes nothing."""
        synced = await self._synced()
        if synced is not None and synced.refused:
            self._apply(NoticeShown(f"Mogplex: {synced.problems[0]}", "warning"))

    async def _sync_aloud(self) -> None:
        synced = await self._synced()
        if synced is None:
            self._apply(NoticeShown("nobody is signed in to Mogplex · /login signs in", "warning"))
        elif synced.problems:
            self._apply(NoticeShown(f"not synced with Mogplex: {' · '.join(synced.problems)}", "warning"))
        else:
            self._apply(NoticeShown(f"synced with Mogplex: {synced.told} · the next run uses them"))

    async def _synced(self) -> Synced | None:
        """What a sync brought; None when nobody is signed in. A token that is refused is renewed once."""
        try:
            token = await account_credential(self._home.auth, self._environ)
            if not token:
                return None
            synced = await self._fetch(token)
            if synced.refused:
                synced = await self._fetch(await account_credential(self._home.auth, self._environ, token))
        except NoCredential as trouble:
            synced = Synced(problems=(str(trouble),), refused=trouble.lasting)
            await self._remember(synced)
        return synced

    async def _fetch(self, token: str) -> Synced:
        # In a thread, as it takes a moment that the screen should not miss.
        await anyio.to_thread.run_sync(import_module, "httpx")
        from mogplex_cli.account.hosted import Hosted, HostedTrouble
        from mogplex_cli.account.sync import sync

        try:
            async with Hosted(self._address) as hosted:
                synced = await sync(hosted, token, self._home)
        except HostedTrouble as trouble:
            synced = Synced(problems=(str(trouble),))
        await self._remember(synced)
        return synced

    async def _remember(self, synced: Synced) -> None:
        self._log("account_synced", models=synced.models, servers=synced.servers, problems=synced.problems)
        state = AccountState(time.time(), synced.told, " · ".join(synced.problems))
        await anyio.to_thread.run_sync(save_account_state, self._home.account_state, state)

    def _progress(self, progress: "Progress") -> None:
        self._tell(SigningIn(progress.phase, progress.url, progress.browser, progress.remark))

    def _fail(self, error: str) -> None:
        self._tell(SigningIn("failed", error=error))

    def _tell(self, signing_in: SigningIn) -> None:
        """What it comes to is seen even where the person has gone elsewhere in the meantime."""
        self._apply(SignInTold(signing_in))
        drawer = self._store.state.drawer
        if signing_in.phase == "failed" and (drawer is None or drawer.name != "sign_in"):
            self._apply(NoticeShown(f"not signed in to Mogplex: {signing_in.error} · {TRY_AGAIN}", "warning"))

    def _apply(self, *events: UiEvent) -> None:
        self._store.apply(events)
