import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from mogplex_cli.account.session import AccountSession
from mogplex_cli.store.reduce import reduce
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.store import Store
from mogplex_cli.store.ui_events import DrawerOpened
from mogplex_daemon.home.account_state import load_account_state
from mogplex_daemon.home.account_tokens import AccountTokens, keep_tokens, stored_tokens
from mogplex_daemon.home.paths import Home
from tests.support.hosted import HostedAccount, browser

pytestmark = pytest.mark.anyio


@dataclass
class Bench:
    home: Home
    environ: dict[str, str]
    store: Store = field(default_factory=lambda: Store(CockpitState()))
    logged: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = AccountSession(self.home, self.environ, "ada@laptop", self.store, self._log)
        self.synced = anyio.Event()
        self._changed = anyio.Event()
        self.store.subscribe(lambda state: state, lambda _: self._changed.set())

    def _log(self, event: str, **more: Any) -> None:
        self.logged.append((event, more))
        if event == "account_synced":
            self.synced.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Bench"]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.session.run)
            yield self
            tasks.cancel_scope.cancel()

    async def until(self, test: Callable[[CockpitState], object]) -> CockpitState:
        with anyio.fail_after(60):
            while not test(self.store.state):
                self._changed = anyio.Event()
                await self._changed.wait()
        return self.store.state

    async def notice(self, text: str) -> str:
        state = await self.until(lambda state: state.notice and text in state.notice.text)
        assert state.notice is not None
        return state.notice.text


def bench(tmp_path: Path, account: HostedAccount, **environ: str) -> Bench:
    return Bench(Home(tmp_path / "home"), {**account.env, **environ})


async def test_signing_in_stores_syncs_and_says_whose_models_are_used(tmp_path: Path):
    with HostedAccount().running() as account:
        at = bench(tmp_path, account, BROWSER=browser(tmp_path), MOGPLEX_API_KEY="")
        async with at.running():
            at.store.apply([DrawerOpened("sign_in")])
            at.session.begin()
            said = await at.notice("signed in to Mogplex as ada@example.org")
    state = at.store.state
    assert "2 models · 1 MCP server" in said and "acme/deep" in said
    assert (state.session.harness, state.session.model) == ("native", "mogplex/acme/deep")
    assert state.drawer is None and state.signing_in is None
    stored = stored_tokens(at.home.auth)
    assert stored is not None and stored.refresh_token in account.refresh and stored.url == account.address
    assert load_account_state(at.home.account_state).told == "2 models · 1 MCP server"
    assert stored.access_token not in repr(at.logged)


async def test_a_variable_that_goes_before_the_sign_in_is_named(tmp_path: Path):
    with HostedAccount(oauth=False).running() as account:
        at = bench(tmp_path, account, BROWSER=browser(tmp_path), MOGPLEX_API_KEY=account.personal)
        async with at.running():
            at.session.begin()
            assert "MOGPLEX_API_KEY is set and goes before" in await at.notice("signed in")


async def test_a_malformed_auth_file_is_named_and_not_overwritten(tmp_path: Path):
    with HostedAccount(oauth=False).running() as account:
        at = bench(tmp_path, account, BROWSER=browser(tmp_path))
        at.home.root.mkdir()
        at.home.auth.write_text("{broken")
        async with at.running():
            at.session.begin()
            assert str(at.home.auth) in await at.notice("the token cannot be kept")
    assert at.home.auth.read_text() == "{broken"


async def test_at_the_start_what_is_kept_is_fetched_anew(tmp_path: Path):
    account = HostedAccount()
    account.models = {"catalog": [{"id": "acme/a", "is_available": True}], "models": []}
    with account.running():
        at = bench(tmp_path, account)
        keep_tokens(at.home.auth, AccountTokens(account.personal))
        async with at.running():
            at.session.sync()
            await at.notice("synced with Mogplex: 1 model · 1 MCP server")
    kept = json.loads(at.home.models.read_text())
    assert [each["id"] for each in kept["models"]] == ["acme/a"]
    assert json.loads(at.home.remote_mcp_servers.read_text()) == account.servers


async def test_without_a_network_what_was_there_stays_and_nobody_is_bothered(tmp_path: Path):
    at = Bench(Home(tmp_path / "home"), {"MOGPLEX_URL": "http://127.0.0.1:9", "MOGPLEX_DEV": "1"})
    keep_tokens(at.home.auth, AccountTokens("mog_0123456789abcdef"))
    at.home.models.write_text("[]")
    async with at.running():
        with anyio.fail_after(60):
            await at.synced.wait()
    assert at.store.state.notice is None and at.home.models.read_text() == "[]"


async def test_nobody_signed_in_asks_nothing(tmp_path: Path):
    with HostedAccount().running() as account:
        at = bench(tmp_path, account)
        async with at.running():
            at.session.sync()
            await at.notice("nobody is signed in to Mogplex")
    assert account.asked == []


async def test_a_sign_in_of_another_address_is_not_sent_there(tmp_path: Path):
    with HostedAccount().running() as account:
        at = bench(tmp_path, account)
        keep_tokens(at.home.auth, AccountTokens(account.personal, url="https://www.mogplex.com"))
        async with at.running():
            await at.notice("the sign-in is of https://www.mogplex.com")
    assert account.asked == []


async def test_an_ended_sign_in_is_told_once_and_says_what_to_do(tmp_path: Path):
    with HostedAccount().running() as account:
        at = bench(tmp_path, account)
        keep_tokens(at.home.auth, AccountTokens("at-gone", "rt-gone", 1.0, account.address))
        async with at.running():
            assert "type /login to sign in again" in await at.notice("the sign-in to Mogplex has ended")


@pytest.mark.parametrize("token", ["nonsense", "sk-0123456789", "mog_with spaces"])
async def test_what_is_no_token_is_told_before_anything_is_asked(tmp_path: Path, token: str):
    with HostedAccount().running() as account:
        at = bench(tmp_path, account)
        async with at.running():
            at.session.use_token(token)
            state = await at.until(lambda state: state.signing_in and state.signing_in.phase == "failed")
    assert state.signing_in is not None and "begins with mog_" in state.signing_in.error
    assert token not in repr(state) and account.asked == []


async def test_what_is_asked_for_and_given_up_at_once_never_begins(tmp_path: Path):
    with HostedAccount().running() as account:
        at = bench(tmp_path, account)
        at.session.begin()
        at.session.stop()
        at.session.sync()
        async with at.running():
            await at.notice("nobody is signed in")
    assert account.asked == [] and at.store.state.signing_in is None


def test_how_it_goes_is_a_fact_of_the_cockpit():
    from mogplex_cli.store.signing_in import SigningIn
    from mogplex_cli.store.ui_events import SignInTold

    told = reduce(CockpitState(), SignInTold(SigningIn("asking")))
    assert told.signing_in == SigningIn("asking")
