import re
import sys
from pathlib import Path

import anyio
import pytest

from mogplex_daemon.harness.base import McpServerSpec, Verdict
from mogplex_daemon.runhost.mcp import owner
from mogplex_daemon.runhost.mcp.connection import open_connection
from mogplex_daemon.runhost.mcp.trace import Trace
from mogplex_daemon.wire.commands import Refused
from tests.support.mcp_bench import PATIENCE_SECONDS, McpBench, processes_of
from tests.support.run_host import goes_on

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(tmp_path: Path, mcp_programs: Path) -> McpBench:
    names = {"everything": [], "filesystem": [str(tmp_path)], "memory": []}
    servers = {
        name: {"command": str(mcp_programs / f"mcp-server-{name}"), "args": args}
        for name, args in names.items()
    }
    servers["memory"]["env"] = {"MEMORY_FILE_PATH": str(tmp_path / "memory.json")}
    return McpBench(tmp_path, servers)


def script(text: str, **more: object) -> dict[str, object]:
    return {"command": sys.executable, "args": ["-u", "-c", text], **more}


async def test_three_servers_are_ready_with_their_tools_and_schemas(bench: McpBench):
    async with bench.running():
        tools = await bench.tools()
        told = {change.server: change for change in bench.changes if change.status == "ready"}
        assert set(told) == {"everything", "filesystem", "memory"}
        assert "read_text_file" in told["filesystem"].tools
        described = {tool.name: tool for tool in told["filesystem"].described}
        assert "path" in described["read_text_file"].input_schema["properties"]
        assert {"mcp__everything__echo", "mcp__memory__read_graph"} <= {tool.name for tool in tools}
        assert [change.status for change in bench.changes[:3]] == ["starting"] * 3


async def test_calls_pass_the_gate_and_their_answers_come_back(bench: McpBench):
    async with bench.running():
        assert (await bench.call("mcp__everything__echo", message="hello")).text == "Echo: hello"
        entity = {"name": "gate", "entityType": "part", "observations": ["asks"]}
        await bench.call("mcp__memory__create_entities", entities=[entity])
        assert '"gate"' in (await bench.call("mcp__memory__read_graph")).text
    assert [each.descriptor for each in bench.asked][:2] == [
        "mcp:everything/echo",
        "mcp:memory/create_entities",
    ]
    assert "gate" in (bench.workspace / "memory.json").read_text()


async def test_an_error_of_a_tool_is_an_error_of_the_call(bench: McpBench):
    async with bench.running():
        result = await bench.call("mcp__filesystem__read_text_file", path="/etc/passwd")
    assert result.outcome == "error"
    assert "outside allowed directories" in result.text


async def test_what_is_no_text_is_named(bench: McpBench):
    async with bench.running():
        text = (await bench.call("mcp__everything__get-tiny-image")).text
        assert "[image, image/png, " in text
        assert (
            '"temperature"'
            in (await bench.call("mcp__everything__get-structured-content", location="Chicago")).text
        )


async def test_a_denied_call_never_reaches_the_server(bench: McpBench):
    bench.verdict = Verdict("rejected", "no writing here")
    async with bench.running():
        result = await bench.call("mcp__filesystem__write_file", path=str(bench.workspace / "x"), content="x")
    assert result.outcome == "denied" and "no writing here" in result.text
    assert not (bench.workspace / "x").exists()


async def test_a_server_killed_in_the_middle_of_a_call_is_connected_anew(bench: McpBench):
    async with bench.running():
        async with anyio.create_task_group() as tasks:

            async def work() -> None:
                tool = "mcp__everything__trigger-long-running-operation"
                result = await bench.call(tool, duration=600, steps=1200)
                assert result.outcome == "error"
                assert "lost during this call, which may have had its effect or not" in result.text

            tasks.start_soon(work)
            await bench.until_output("[1/1200]")
            for process in processes_of("mcp-server-everything"):
                process.kill()
        gone = await bench.until("everything", "degraded")
        assert gone.error == "its process ended: killed by signal 9"
        assert gone.exit_code == 137
        assert "echo" in gone.tools
        assert "Starting default (STDIO) server" in gone.stderr
        await bench.until("everything", "ready")
        assert (await bench.call("mcp__everything__echo", message="back")).text == "Echo: back"


async def test_a_server_killed_while_nobody_calls_it_is_noticed_and_connected_anew(bench: McpBench):
    async with bench.running():
        await bench.call("mcp__memory__read_graph")
        for process in processes_of("mcp-server-memory"):
            process.kill()
        await bench.until("memory", "degraded")
        await bench.until("memory", "ready")


async def test_a_person_connects_a_server_anew(bench: McpBench):
    async with bench.running():
        await bench.call("mcp__memory__read_graph")
        (before,) = processes_of("mcp-server-memory")
        bench.changes.clear()
        assert await bench.reconnect("memory") == "memory is being connected"
        await bench.until("memory", "starting")
        await bench.until("memory", "ready")
        (after,) = processes_of("mcp-server-memory")
        assert before.pid != after.pid


async def test_a_call_that_is_cancelled_leaves_the_connection_of_use(bench: McpBench):
    async with bench.running():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(
                lambda: bench.call(
                    "mcp__everything__trigger-long-running-operation", duration=600, steps=1200
                )
            )
            await bench.until_output("[1/1200]")
            tasks.cancel_scope.cancel()
        assert (await bench.call("mcp__everything__echo", message="on")).text == "Echo: on"


async def test_a_call_that_takes_too_long_is_given_up(bench: McpBench):
    # As long as the machine may take for the second call, which is answered at once.
    bench.servers["everything"]["tool_timeout"] = 10
    async with bench.running():
        result = await bench.call("mcp__everything__trigger-long-running-operation", duration=600, steps=2)
        assert result.text == "everything: it did not answer within 10 s"
        assert (await bench.call("mcp__everything__echo", message="on")).text == "Echo: on"


async def test_a_missing_program_is_told_with_what_to_install(bench: McpBench):
    bench.servers = {"sentry": {"command": "/nowhere/npx", "args": ["-y", "@sentry/mcp"]}}
    async with bench.running():
        assert await bench.tools() == ()
        told = await bench.until("sentry", "unavailable")
    assert told.error == "/nowhere/npx is not installed, or not on PATH; install Node.js 20"
    assert told.source == "/user.toml"


async def test_a_missing_folder_is_told(bench: McpBench):
    bench.servers["memory"]["cwd"] = "nowhere"
    async with bench.running():
        await bench.tools()
        told = await bench.until("memory", "unavailable")
    assert (
        told.error
        == f"there is no folder {bench.workspace}/nowhere to start it in; correct cwd in /user.toml"
    )


async def test_a_file_that_is_no_program_is_told(bench: McpBench):
    (bench.workspace / "serve").write_bytes(b"\x7fELF nonsense")
    (bench.workspace / "serve").chmod(0o755)
    bench.servers = {"odd": {"command": "./serve"}}
    async with bench.running():
        await bench.tools()
        told = await bench.until("odd", "unavailable")
    assert told.error is not None and told.error.startswith(f"{bench.workspace}/serve could not be started: ")
    assert told.error.endswith("; correct it in /user.toml")


async def test_agents_that_begin_together_get_the_same_tools(bench: McpBench):
    found: list[int] = []

    async def begin() -> None:
        found.append(len(await bench.tools()))

    async with bench.running(), anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(begin)
    assert len(set(found)) == 1 and found[0] > 30


async def test_a_server_that_never_answers_is_given_up_at_its_deadline(bench: McpBench):
    bench.servers = {"mute": script("import sys; sys.stdin.read()", startup_timeout=0.5)}
    async with bench.running():
        await bench.tools()
        told = await bench.until("mute", "unavailable")
    assert told.error == "did not answer within 0.5 s · startup_timeout in /user.toml gives it longer"


async def test_a_server_that_prints_something_else_is_quoted(bench: McpBench):
    text = "while echo 'Listening on :3000'; do sleep .5; done"
    bench.servers = {"chatty": {"command": "sh", "args": ["-c", text], "startup_timeout": 10}}
    async with bench.running():
        await bench.tools()
        told = await bench.until("chatty", "unavailable")
    assert told.error is not None and "which is no MCP message: Listening on :3000" in told.error


async def test_noise_between_messages_harms_nothing(bench: McpBench, mcp_programs: Path):
    server = mcp_programs / "mcp-server-memory"
    noise = r"printf 'npm warn\n\x1b[31m{\"json\":\n'; head -c 3000000 /dev/zero | tr '\0' 'x'; echo;"
    bench.servers = {"memory": {"command": "sh", "args": ["-c", f"{noise} exec {server}"]}}
    async with bench.running():
        assert (await bench.call("mcp__memory__read_graph")).outcome == "ok"


async def test_a_server_that_ends_at_once_is_tried_a_few_times_and_says_why(bench: McpBench):
    bench.servers = {"broken": {"command": "sh", "args": ["-c", "echo 'TOKEN is not set' >&2; exit 3"]}}
    async with bench.running():
        await bench.tools()
        first = await bench.until("broken", "starting", lambda change: bool(change.error))
        told = await bench.until("broken", "unavailable")
    assert first.error == "its process ended before it answered: exit code 3"
    assert told.error == "its process ended before it answered: exit code 3 · given up after 4 tries"
    assert told.exit_code == 3
    assert told.stderr == "TOKEN is not set\n"


async def test_a_flood_of_stderr_holds_nothing_up_and_only_its_end_is_kept(
    bench: McpBench, mcp_programs: Path
):
    server = mcp_programs / "mcp-server-memory"
    flood = "yes 'a line of noise' | head -c 5000000 >&2; printf 'the last line' >&2;"
    bench.servers = {"memory": {"command": "sh", "args": ["-c", f"{flood} exec {server}"]}}
    async with bench.running():
        assert (await bench.call("mcp__memory__read_graph")).outcome == "ok"
        for process in processes_of("mcp-server-memory"):
            process.kill()
        told = await bench.until("memory", "degraded")
    assert len(told.stderr) <= 4_000
    assert "the last line" in told.stderr


async def test_a_server_sees_its_own_variables_and_few_others(
    bench: McpBench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-person")
    bench.servers["everything"]["env"] = {"ITS_OWN": "${HOME}"}
    async with bench.running():
        text = (await bench.call("mcp__everything__get-env")).text
    assert "sk-of-the-person" not in text
    assert f'"ITS_OWN": "{Path.home()}"' in text
    assert '"PATH"' in text


async def test_what_a_server_started_ends_with_it(bench: McpBench, mcp_programs: Path):
    server = mcp_programs / "mcp-server-memory"
    child = f"{sys.executable} -c 'import os, time; os.setsid(); time.sleep(600)'"
    bench.servers = {
        "memory": {"command": "sh", "args": ["-c", f"{child} </dev/null >/dev/null & exec {server}"]}
    }
    async with bench.running():
        await bench.call("mcp__memory__read_graph")
        (left,) = processes_of("time.sleep(600)")
    assert not goes_on(left)


async def test_a_server_of_the_project_is_started_only_when_the_gate_lets_it(bench: McpBench):
    bench.project, bench.servers = {"memory": bench.servers["memory"]}, {}
    async with bench.running():
        assert (await bench.call("mcp__memory__read_graph")).outcome == "ok"
    assert bench.asked[0].descriptor.startswith(f"bash:MEMORY_FILE_PATH={bench.workspace}")
    assert bench.asked[0].agent_id == ""


async def test_a_server_of_the_project_that_was_rejected_stays_off_until_it_is_asked_for_again(
    bench: McpBench,
):
    bench.project, bench.servers = {"memory": bench.servers["memory"]}, {}
    bench.verdict = Verdict("rejected", "who wrote this?")
    async with bench.running():
        assert await bench.tools() == ()
        assert await bench.specs() == ()
        told = await bench.until("memory", "disabled")
        assert told.error == "rejected: who wrote this? · r asks again"
        assert not processes_of("mcp-server-memory")
        bench.verdict = Verdict("approved")
        assert await bench.reconnect("memory") == "memory waits for an approval"
        await bench.until("memory", "ready")


async def test_a_server_is_connected_anew_as_it_is_configured_by_then(bench: McpBench):
    mended, bench.servers["memory"] = bench.servers["memory"], {"command": "mcp-server-memry"}
    async with bench.running():
        await bench.tools()
        await bench.until("memory", "unavailable")
        bench.servers["memory"] = mended
        await bench.reconnect("memory")
        await bench.until("memory", "ready")


async def test_a_server_that_was_switched_on_is_connected_and_one_that_was_switched_off_is_refused(
    bench: McpBench,
):
    bench.servers["memory"]["enabled"] = False
    async with bench.running():
        await bench.tools()
        bench.servers["memory"]["enabled"] = True
        await bench.reconnect("memory")
        await bench.until("memory", "ready")
        bench.servers["memory"]["enabled"] = False
        with pytest.raises(Refused, match=re.escape("memory: enabled = false in /user.toml")):
            await bench.reconnect("memory")


async def test_a_server_the_project_has_changed_is_asked_for_again(bench: McpBench):
    bench.project, bench.servers = {"memory": bench.servers["memory"]}, {}
    async with bench.running():
        await bench.call("mcp__memory__read_graph")
        assert await bench.reconnect("memory") == "memory is being connected"
        bench.project["memory"] = {"command": "sh", "args": ["-c", "touch stolen"]}
        bench.verdict = Verdict("rejected")
        assert await bench.reconnect("memory") == "memory waits for an approval"
        await bench.until("memory", "disabled")
        assert await bench.tools() == ()
    assert not (bench.workspace / "stolen").exists()


async def test_agents_with_a_client_of_their_own_are_given_the_servers_and_none_is_started(bench: McpBench):
    bench.project = {"more": {"url": "https://mcp.example/mcp"}}
    bench.servers["off"] = {"command": "x", "enabled": False}
    async with bench.running():
        specs = {spec.name: spec for spec in await bench.specs()}
        assert list(specs) == ["everything", "filesystem", "memory", "more"]
        assert specs["filesystem"].argv[1:] == (str(bench.workspace),)
        assert specs["more"].url == "https://mcp.example/mcp"
        assert not processes_of("mcp-server")
    assert [(each.server, each.status) for each in bench.changes] == [
        ("off", "disabled"),
        ("more", "starting"),
    ]


async def test_a_server_that_hangs_without_ending_is_noticed(
    bench: McpBench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(owner, "PING_SECONDS", 0.2)
    # Longer than one that is well takes to answer, however busy the machine is.
    monkeypatch.setattr(owner, "PING_PATIENCE_SECONDS", 10.0)
    async with bench.running():
        await bench.call("mcp__memory__read_graph")
        (hung,) = processes_of("mcp-server-memory")
        hung.suspend()
        told = await bench.until("memory", "degraded")
        assert told.error == "it does not answer any more"
        await bench.until("memory", "ready")


MODERN = """
from mcp.server import MCPServer
server = MCPServer("modern")
@server.tool()
def add(a: int, b: int) -> int:
    return a + b
server.run("stdio")
"""


async def test_a_server_of_a_newer_protocol_is_used_and_gives_signs_of_life(tmp_path: Path):
    spec = McpServerSpec("modern", (sys.executable, "-c", MODERN), cwd=tmp_path)
    async with open_connection(spec, tmp_path, Trace()) as connection:
        assert [tool.name for tool in await connection.tools()] == ["add"]
        assert await connection.ping(PATIENCE_SECONDS)


async def test_a_server_of_a_newer_protocol_answers_calls(bench: McpBench):
    bench.servers = {"modern": script(MODERN)}
    async with bench.running():
        assert (await bench.call("mcp__modern__add", a=1, b=2)).text == "3"
