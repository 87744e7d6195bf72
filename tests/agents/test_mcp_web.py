import fcntl
import math
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import gettempdir

import anyio
import anyio.abc
import pytest

from mogplex_daemon.runhost.mcp import owner
from tests.support.mcp_bench import PATIENCE_SECONDS, McpBench

pytestmark = pytest.mark.anyio


@pytest.fixture
def port() -> Iterator[int]:
    """One below those that the system gives away. As long as the test lasts, no other test of this machine has it."""
    for port in range(10_000, 10_400):
        with suppress(OSError), (Path(gettempdir()) / f"mogplex-tests-port-{port}.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as free:
                free.bind(("127.0.0.1", port))
            yield port
            return
    raise AssertionError("no port is free")


@asynccontextmanager
async def everything(programs: Path, way: str, port: int) -> AsyncIterator[anyio.abc.Process]:
    """The real server, listening at `port`."""
    process = await anyio.open_process(
        [programs / "mcp-server-everything", way],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PORT": str(port)},
    )
    try:
        assert process.stderr is not None
        said = b""
        with anyio.fail_after(PATIENCE_SECONDS):
            while f"port {port}".encode() not in said:
                said += await process.stderr.receive()
        yield process
    finally:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.wait()
            await process.aclose()


@asynccontextmanager
async def answering(status: str, seen: list[bytes]) -> AsyncIterator[str]:
    """A web server that answers everything alike; its address."""

    async def serve(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            seen.append(await stream.receive())
            await stream.send(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        yield f"http://127.0.0.1:{port}"
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize(("way", "path"), [("streamableHttp", "mcp"), ("sse", "sse")])
async def test_a_server_on_the_web_is_used_like_any_other(
    tmp_path: Path, mcp_programs: Path, port: int, way: str, path: str
):
    bench = McpBench(tmp_path, {"web": {"url": f"http://127.0.0.1:{port}/{path}"}})
    async with everything(mcp_programs, way, port), bench.running():
        assert (await bench.call("mcp__web__echo", message="hello")).text == "Echo: hello"


async def test_a_server_on_the_web_that_is_killed_in_a_call_and_comes_back_is_connected_anew(
    tmp_path: Path, mcp_programs: Path, port: int
):
    async with McpBench(tmp_path, {"web": {"url": f"http://127.0.0.1:{port}/mcp"}}).running() as bench:
        async with everything(mcp_programs, "streamableHttp", port) as process:
            async with anyio.create_task_group() as tasks:

                async def work() -> None:
                    tool = "mcp__web__trigger-long-running-operation"
                    result = await bench.call(tool, duration=600, steps=1200)
                    assert result.outcome == "error"
                    assert "may have had its effect or not" in result.text

                tasks.start_soon(work)
                await bench.until_output("[1/1200]")
                process.kill()
            gone = await bench.until("web", "degraded")
            assert gone.error is not None and f"http://127.0.0.1:{port}" in gone.error
        async with everything(mcp_programs, "streamableHttp", port):
            await bench.until("web", "ready")
            assert (await bench.call("mcp__web__echo", message="back")).text == "Echo: back"


async def test_a_server_that_was_restarted_unseen_is_connected_anew_at_the_next_call(
    tmp_path: Path, mcp_programs: Path, port: int, monkeypatch: pytest.MonkeyPatch
):
    # Nothing but the call looks whether it is there.
    monkeypatch.setattr(owner, "PING_SECONDS", math.inf)
    async with McpBench(tmp_path, {"web": {"url": f"http://127.0.0.1:{port}/mcp"}}).running() as bench:
        async with everything(mcp_programs, "streamableHttp", port):
            await bench.call("mcp__web__echo", message="hello")
        async with everything(mcp_programs, "streamableHttp", port):
            result = await bench.call("mcp__web__echo", message="lost")
            assert result.text == "web: it did not take this call (HTTP 400); it is being connected anew"
            await bench.until("web", "degraded")
            await bench.until("web", "ready")
            assert (await bench.call("mcp__web__echo", message="back")).text == "Echo: back"


async def test_a_server_that_wants_a_sign_in_says_so_and_is_not_pestered(tmp_path: Path):
    seen: list[bytes] = []
    async with answering("401 Unauthorized\r\nWWW-Authenticate: Bearer", seen) as url:
        servers = {"linear": {"url": f"{url}/mcp", "headers": {"Authorization": "Bearer old"}}}
        async with McpBench(tmp_path, servers).running() as bench:
            assert await bench.tools() == ()
            told = await bench.until("linear", "needs_auth")
            tries = len(seen)
            assert told.error == (
                "it wants you to sign in (401): put a token into /user.toml, "
                'headers = { Authorization = "Bearer ${NAME}" }'
            )
            assert b"authorization: bearer old" in seen[0].lower()
            assert tries <= 2
            await bench.reconnect("linear")
            await bench.until("linear", "needs_auth")


@pytest.mark.parametrize("status", ["404 Not Found", "405 Method Not Allowed"])
async def test_an_address_without_a_server_is_told(tmp_path: Path, status: str):
    bench = McpBench(tmp_path)
    async with answering(status, []) as url:
        bench.servers = {"web": {"url": f"{url}/s3cr3t-path/x"}}
        async with bench.running():
            await bench.tools()
            told = await bench.until("web", "unavailable")
    assert (
        told.error
        == f"{url} answers {status[:3]}: no MCP server is there; check the path of url in /user.toml"
    )


async def test_an_older_address_that_wants_a_sign_in_says_so(tmp_path: Path):
    bench = McpBench(tmp_path)
    async with answering("401 Unauthorized", []) as url:
        bench.servers = {"web": {"url": f"{url}/sse"}}
        async with bench.running():
            await bench.tools()
            await bench.until("web", "needs_auth")


async def test_nobody_at_the_address_is_told_and_tried_again(tmp_path: Path, port: int):
    async with McpBench(tmp_path, {"web": {"url": f"http://127.0.0.1:{port}/s3cr3t"}}).running() as bench:
        await bench.tools()
        told = await bench.until("web", "starting", lambda change: bool(change.error))
        assert told.error is not None and told.error.startswith(f"no connection to http://127.0.0.1:{port}: ")
        assert "s3cr3t" not in told.error
        await bench.until("web", "unavailable")


async def test_a_redirect_to_another_place_gets_none_of_the_headers(tmp_path: Path):
    theirs: list[bytes] = []
    bench = McpBench(tmp_path)
    async with (
        answering("200 OK", theirs) as other,
        answering(f"307 Temporary Redirect\r\nLocation: {other}/mcp", []) as url,
    ):
        bench.servers = {"web": {"url": f"{url}/mcp", "headers": {"X-Key": "s3cr3t"}}}
        async with bench.running():
            await bench.tools()
            told = await bench.until("web", "starting", lambda change: bool(change.error))
    assert not theirs
    assert told.error is not None
