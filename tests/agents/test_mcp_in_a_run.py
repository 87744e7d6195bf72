import sys
from pathlib import Path

import pytest

from mogplex_contracts.commands.mcp import McpReconnect
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.ids import new_id
from mogplex_daemon.home.paths import Home
from tests.support.repository import make_repository
from tests.support.run_host import Bench, Client, goes_on

pytestmark = pytest.mark.anyio
TOKEN = "tok3n-of-the-person-9876"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(Home(tmp_path / "home"), make_repository(tmp_path / "repo"))


def server(programs: Path, name: str, more: str = "") -> str:
    return f'[mcp_servers.{name}]\ncommand = "{programs}/mcp-server-{name}"\n{more}\n'


def write_project(bench: Bench, text: str) -> None:
    folder = bench.workspace / ".mogplex"
    folder.mkdir()
    (folder / "config.toml").write_text(text)


async def until_server(client: Client, name: str, status: str) -> McpServerChanged:
    return await client.until(
        McpServerChanged, where=lambda event: (event.server, event.status) == (name, status)
    )


def is_approved(request: ApprovalRequested) -> bool:
    return request.tool == "mcp_server"


async def test_servers_live_with_their_run_and_leave_nothing(bench: Bench, mcp_programs: Path):
    bench.write_home("config.toml", server(mcp_programs, "everything") + server(mcp_programs, "memory"))
    async with bench.run() as host:
        while {each.status for each in host.client.state.mcp.values()} != {"ready"}:
            await host.client.until(McpServerChanged)
        (running,) = host.programs("mcp-server-everything")
        await host.client.to_the_end(is_approved)
        await host.ended()
        assert not goes_on(running)
        state = host.replayed()
    assert state.status == "completed"
    assert {name: each.status for name, each in state.mcp.items()} == {
        "everything": "ready",
        "memory": "ready",
    }
    assert {tool.name for tool in state.mcp["memory"].described} == set(state.mcp["memory"].tools)


async def test_a_run_without_servers_loads_no_client_for_them(bench: Bench):
    bench.environ["PYTHONPROFILEIMPORTTIME"] = "1"
    async with bench.run() as host:
        await host.client.to_the_end(is_approved)
        await host.ended()
        loaded = host.errors.read_text()
    assert "mogplex_daemon.runhost.mcp.registry" in loaded
    assert "mogplex_daemon.runhost.mcp.connection" not in loaded
    assert "| mcp" not in loaded


async def test_a_person_connects_a_server_anew(bench: Bench, mcp_programs: Path):
    bench.write_home("config.toml", server(mcp_programs, "memory"))
    async with bench.run() as host:
        client = host.client
        await until_server(client, "memory", "ready")
        answer = await client.ask(McpReconnect(server="memory"))
        assert isinstance(answer, CommandAccepted)
        assert answer.message == "memory is being connected"
        await until_server(client, "memory", "ready")
        refused = await client.ask(McpReconnect(server="linear"))
        assert isinstance(refused, CommandRejected)
        assert refused.reason == "this run has no MCP server 'linear'; it has: memory"


async def test_a_server_that_is_switched_off_is_listed_with_its_place(bench: Bench):
    path = bench.write_home("config.toml", '[mcp_servers.old]\ncommand = "old"\nenabled = false\n')
    async with bench.run() as host:
        told = await until_server(host.client, "old", "disabled")
        assert told.error == f"enabled = false in {path}"
        refused = await host.client.ask(McpReconnect(server="old"))
        assert isinstance(refused, CommandRejected)


async def test_a_project_starts_no_program_before_a_person_has_said_so(bench: Bench, mcp_programs: Path):
    write_project(bench, server(mcp_programs, "memory"))
    async with bench.run() as host:
        client = host.client
        request = await client.until(ApprovalRequested, where=is_approved)
        assert request.descriptors == (f"bash:{mcp_programs}/mcp-server-memory",)
        assert str(bench.workspace / ".mogplex" / "config.toml") in request.detail
        assert not host.programs("mcp-server-memory")
        assert client.state.mcp["memory"].error == "waits for an approval: the project wants to use it"
        await client.decide(request, approve=True)
        await until_server(client, "memory", "ready")


async def test_a_project_whose_server_is_rejected_works_without_it(bench: Bench, mcp_programs: Path):
    write_project(bench, server(mcp_programs, "memory"))
    async with bench.run() as host:
        request = await host.client.until(ApprovalRequested, where=is_approved)
        await host.client.decide(request, approve=False, note="not mine")
        told = await until_server(host.client, "memory", "disabled")
        assert told.error == "rejected: not mine · r asks again"
        await host.client.to_the_end(lambda _: True)
        await host.ended()
        assert host.replayed().status == "completed"


async def test_in_auto_mode_the_start_of_a_projects_server_is_on_record(bench: Bench, mcp_programs: Path):
    bench.mode = "auto"
    write_project(bench, server(mcp_programs, "memory"))
    async with bench.run() as host:
        await until_server(host.client, "memory", "ready")
        (decided,) = [each for each in host.client.of(ApprovalResolved) if each.tool == "mcp_server"]
        assert decided.decision == "auto_approved"


async def test_a_token_never_reaches_the_journal(bench: Bench, mcp_programs: Path):
    bench.environ["LINEAR"] = TOKEN
    echo = "import os, sys; print(os.environ['WHO'], file=sys.stderr); sys.exit(3)"
    bench.write_home(
        "config.toml",
        f'[mcp_servers.leak]\ncommand = "{sys.executable}"\nargs = ["-c", "{echo}"]\nenv = {{ WHO = "${{LINEAR}}" }}\n',
    )
    async with bench.run() as host:
        told = await until_server(host.client, "leak", "unavailable")
        assert told.stderr == "[redacted]\n"
        assert TOKEN not in host.folder.journal.read_text()


async def test_the_account_s_list_is_used_and_a_broken_one_is_told(bench: Bench, mcp_programs: Path):
    program = f"{mcp_programs}/mcp-server-memory"
    entry = f'{{"name": "cloud", "enabled": true, "config": {{"command": "{program}"}}}}'
    bench.write_home("mcp-servers.remote.json", f'{{"ok": true, "data": {{"servers": [{entry}]}}}}')
    async with bench.run() as host:
        told = await until_server(host.client, "cloud", "ready")
        assert (told.source, told.link) == ("account", "https://www.mogplex.com/settings")
    bench.write_home("mcp-servers.remote.json", "{")
    async with bench.run() as host:
        assert any("mcp-servers.remote.json: is not JSON" in each.message for each in host.client.of(Error))


async def test_names_of_remote_tools_may_stand_in_allowed_tools(bench: Bench, mcp_programs: Path):
    bench.write_home("config.toml", server(mcp_programs, "memory"))
    async with bench.host() as host:
        host.start = host.start.model_copy(
            update={"allowed_tools": ("mcp__memory__read_graph", "mcp__other__x"), "id": new_id("cmd")}
        )
        client = await host.begin()
        told = await client.until(Diagnostic, where=lambda event: event.code == "unknown_tool")
        assert "there is no mcp__other__x;" in told.message
