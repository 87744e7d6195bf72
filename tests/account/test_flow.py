import socket
from pathlib import Path

import anyio
import pytest

from mogplex_cli.account import flow
from mogplex_cli.account.failures import PortsBusy, SignInFailed
from mogplex_cli.account.flow import BrowserSignIn, Progress
from tests.support.hosted import HostedAccount, browser

pytestmark = pytest.mark.anyio


def attempt(account: HostedAccount, told: list[Progress], **environ: str) -> BrowserSignIn:
    return BrowserSignIn(account.address, "ada@laptop", environ, told.append)


@pytest.mark.parametrize("oauth", [True, False])
async def test_whoever_agrees_in_the_browser_is_signed_in(tmp_path: Path, oauth: bool):
    told: list[Progress] = []
    with HostedAccount(oauth=oauth).running() as account:
        signed_in = await attempt(account, told, BROWSER=browser(tmp_path)).run()
    tokens = signed_in.tokens
    assert tokens.access_token in account.valid and tokens.url == account.address
    if oauth:
        assert tokens.refresh_token in account.refresh and tokens.expires_at is not None
        assert signed_in.who == "ada@example.org"
    else:
        assert (tokens.access_token, tokens.refresh_token) == (account.personal, "")
    assert [told[0].phase, told[1].phase] == ["asking", "waiting"]
    assert told[1].url.startswith(account.address)


async def test_the_second_port_is_taken_when_the_first_is_busy(tmp_path: Path):
    told: list[Progress] = []
    with HostedAccount().running() as account, taken(24816):
        signed_in = await attempt(account, told, BROWSER=browser(tmp_path)).run()
    assert signed_in.tokens.access_token in account.valid
    assert "127.0.0.1%3A24818" in told[1].url


async def test_both_ports_busy_is_told(tmp_path: Path):
    told = pytest.raises(PortsBusy, match="24816 and 24818")
    with HostedAccount().running() as account, taken(24816), taken(24818), told:
        await attempt(account, [], BROWSER=browser(tmp_path)).run()


async def test_a_refusal_in_the_browser_is_told(tmp_path: Path):
    with (
        HostedAccount(consent="deny").running() as account,
        pytest.raises(SignInFailed, match="not agreed to"),
    ):
        await attempt(account, [], BROWSER=browser(tmp_path)).run()


@pytest.mark.parametrize("status", [400, 500])
async def test_a_code_that_is_not_taken_is_told(tmp_path: Path, status: int):
    account = HostedAccount()
    account.token_status = status
    with account.running(), pytest.raises(SignInFailed, match=f"answered {status} · out of order"):
        await attempt(account, [], BROWSER=browser(tmp_path)).run()


async def test_no_network_is_told():
    with pytest.raises(SignInFailed, match="cannot be reached"):
        await BrowserSignIn("http://127.0.0.1:9", "ada@laptop", {}, [].append).run()


async def test_an_answer_of_another_sign_in_is_refused_and_the_wait_goes_on(tmp_path: Path):
    told: list[Progress] = []
    refused = anyio.Event()

    def tell(progress: Progress) -> None:
        told.append(progress)
        if progress.remark:
            refused.set()

    with HostedAccount(consent="stranger").running() as account:
        async with anyio.create_task_group() as tasks:
            sign_in = BrowserSignIn(account.address, "ada@laptop", {"BROWSER": browser(tmp_path)}, tell)
            tasks.start_soon(sign_in.run)
            with anyio.fail_after(60):
                await refused.wait()
            tasks.cancel_scope.cancel()
    assert "another sign-in" in told[-1].remark and ("POST", "/api/auth/mcp/token") not in account.asked


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(flow, "PATIENCE_SECONDS", 0.05)
    with HostedAccount().running() as account, pytest.raises(SignInFailed, match="did not come back"):
        await attempt(account, []).run()


def taken(port: int) -> socket.socket:
    busy = socket.socket()
    busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    busy.bind(("127.0.0.1", port))
    busy.listen()
    return busy
