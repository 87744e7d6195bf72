import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import anyio
import pytest

from mogplex_cli.account.callback import first_answer, listening, port_of
from mogplex_cli.account.expected import Arrived, Expected, ExpectedCode, ExpectedToken

pytestmark = pytest.mark.anyio
STATE = "a" * 32
ACCOUNT = "https://www.mogplex.com"
TOKEN = "mog_" + "A1" * 16
GOOD = f"/auth/callback?code=c-1&state={STATE}"


@dataclass
class Listening:
    port: int
    remarks: list[str] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    over: anyio.Event = field(default_factory=anyio.Event)

    async def answers(self) -> list[Arrived]:
        """What counted, when the wait is over."""
        with anyio.fail_after(60):
            await self.over.wait()
        return self.arrived

    async def ask(
        self, method: str, target: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer."""
        sent = {"Host": f"127.0.0.1:{self.port}", "Content-Length": str(len(body))}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        return await self.say(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)

    async def say(self, data: bytes) -> tuple[int, dict[str, str]]:
        answer = b""
        async with await anyio.connect_tcp("127.0.0.1", self.port) as stream:
            await stream.send(data)
            with anyio.fail_after(60):
                try:
                    while True:
                        answer += await stream.receive()
                except anyio.EndOfStream:
                    pass
        first, *rows = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        pairs = (row.partition(": ") for row in rows)
        return int(first.split()[1]), {name.lower(): value for name, _, value in pairs}


@asynccontextmanager
async def waiting(expected: Expected) -> AsyncIterator[Listening]:
    async with listening((0,)) as listener:
        it = Listening(port_of(listener))

        async def wait() -> None:
            it.arrived.append(await first_answer(listener, expected, it.remarks.append))
            it.over.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            yield it
            tasks.cancel_scope.cancel()


async def test_the_right_redirect_is_the_answer():
    async with waiting(ExpectedCode(STATE)) as it:
        status, headers = await it.ask("GET", GOOD)
        assert status == 200 and headers["cache-control"] == "no-store"
        assert await it.answers() == [Arrived({"code": "c-1", "state": STATE})]


@pytest.mark.parametrize(
    ("method", "target", "status", "remarked"),
    [
        ("GET", f"/auth/callback?code=c-1&state={'b' * 32}", 403, True),
        ("GET", "/auth/callback?code=c-1", 403, True),
        ("GET", f"/?code=c-1&state={STATE}", 404, False),
        ("GET", "/favicon.ico", 404, False),
        ("POST", GOOD, 405, False),
        ("OPTIONS", GOOD, 405, False),
    ],
)
async def test_anything_else_is_refused_and_the_right_one_still_counts(
    method: str, target: str, status: int, remarked: bool
):
    async with waiting(ExpectedCode(STATE)) as it:
        assert (await it.ask(method, target))[0] == status
        assert not it.arrived and bool(it.remarks) is remarked
        assert (await it.ask("GET", GOOD))[0] == 200
        assert len(await it.answers()) == 1


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:24816", "127.0.0.1", ""])
async def test_a_name_that_was_made_to_lead_here_is_answered_nothing(host: str):
    async with waiting(ExpectedCode(STATE)) as it:
        assert (await it.ask("GET", GOOD, Host=host))[0] == 403
        assert (await it.ask("GET", GOOD, Host=f"localhost:{it.port}"))[0] == 200
        assert len(await it.answers()) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /token HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /token HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_a_400(data: bytes):
    async with waiting(ExpectedCode(STATE)) as it:
        assert (await it.say(data))[0] == 400


async def test_a_connection_that_says_nothing_is_in_nobodys_way():
    async with waiting(ExpectedCode(STATE)) as it:
        async with await anyio.connect_tcp("127.0.0.1", it.port):
            assert (await it.ask("GET", GOOD))[0] == 200
        assert len(await it.answers()) == 1


async def test_of_several_at_the_same_moment_one_counts():
    async with waiting(ExpectedCode(STATE)) as it:
        taken: list[int] = []
        told = anyio.Event()

        async def ask() -> None:
            with suppress(OSError, IndexError, anyio.BrokenResourceError):
                if (await it.ask("GET", GOOD))[0] == 200:
                    taken.append(1)
                    told.set()

        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(ask)
            await told.wait()
            assert len(await it.answers()) == 1
            tasks.cancel_scope.cancel()
        assert len(taken) == 1


def body(token: object = TOKEN) -> bytes:
    return json.dumps({"token": token, "name": "mogplex"}).encode()


async def test_the_preflight_lets_the_accounts_page_send_to_a_private_address():
    async with waiting(ExpectedToken(STATE, ACCOUNT)) as it:
        asks = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Private_Network": "true"}
        status, headers = await it.ask("OPTIONS", "/token", Origin=ACCOUNT, **asks)
        assert status == 204
        assert headers["access-control-allow-origin"] == ACCOUNT
        assert headers["access-control-allow-private-network"] == "true"
        assert headers["access-control-allow-headers"] == "Content-Type, X-CLI-Nonce"
        assert "POST" in headers["access-control-allow-methods"]
        assert not it.arrived


async def test_the_right_nonce_hands_over_the_token():
    async with waiting(ExpectedToken(STATE, ACCOUNT)) as it:
        status, headers = await it.ask("POST", "/token", body(), Origin=ACCOUNT, X_CLI_Nonce=STATE)
        assert status == 200 and headers["access-control-allow-origin"] == ACCOUNT
        assert await it.answers() == [Arrived(token=TOKEN)]


@pytest.mark.parametrize(
    ("target", "headers", "sent", "status"),
    [
        ("/token", {"X_CLI_Nonce": "b" * 32}, body(), 403),
        ("/token", {}, body(), 403),
        ("/other", {"X_CLI_Nonce": STATE}, body(), 404),
        ("/token", {"X_CLI_Nonce": STATE, "Origin": "https://evil.example.org"}, body(), 403),
        ("/token", {"X_CLI_Nonce": STATE}, b"{}", 400),
        ("/token", {"X_CLI_Nonce": STATE}, body("sk-something"), 400),
        ("/token", {"X_CLI_Nonce": STATE}, b"[", 400),
    ],
)
async def test_no_other_post_counts(target: str, headers: dict[str, str], sent: bytes, status: int):
    async with waiting(ExpectedToken(STATE, ACCOUNT)) as it:
        assert (await it.ask("POST", target, sent, **headers))[0] == status
        assert (await it.ask("GET", "/token"))[0] == 405
        assert not it.arrived
