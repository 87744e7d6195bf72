"""What is special about the codex program, on the real one."""

import json
import os
import subprocess
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from mogplex_contracts.commands.run import RunKill, RunPause, RunResume
from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.mcp import McpServerChanged
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.model import ModelRouted
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.patch import PatchApplied, PatchProposed
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.ids import new_id
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.harness.codex.config import LEFT_BEHIND
from mogplex_daemon.home.paths import Home
from tests.agents.codex_world import KEY, CodexWorld, codex_world
from tests.agents.script import MAIN, Answer, Hold, Run, Say, Spawn, WriteFile
from tests.agents.stage import PIPE, SLEEP, SLOW, sleeping
from tests.support.run_host import Bench, Client, Host

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def working(
    root: Path,
    *answers: Answer,
    mode: PermissionMode = "approval",
    files: dict[str, str] | None = None,
    config: str = "",
) -> AsyncIterator[tuple[Host, Client, CodexWorld]]:
    workspace = root / "workspace"
    workspace.mkdir()
    for name, text in (files or {}).items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text)
    os.mkfifo(workspace / PIPE)
    with codex_world(root, {MAIN: list(answers)}) as world:
        bench = Bench(Home(root / "home"), workspace, dict(world.environ), mode, "codex", "begin")
        if config:
            bench.write_home("config.toml", config)
        async with bench.host() as host:
            yield host, await host.begin(), world


async def to_the_end(client: Client) -> list[ApprovalRequested]:
    return await client.to_the_end(lambda request: True)


async def test_its_home_is_the_runs_own_with_the_persons_login_and_provider_and_nothing_else(tmp_path: Path):
    async with working(tmp_path, [Say("Done.")]) as (host, client, world):
        await to_the_end(client)
        home = host.folder.agent / "codex"
        config = tomllib.loads((home / "config.toml").read_text())
        assert config["model"] == "fake-1"
        assert config["model_providers"]["loopback"]["env_key"] == "LOOPBACK_KEY"
        assert not {"approval_policy", "sandbox_mode", "mcp_servers"} & config.keys()
        assert config["analytics"] == {"enabled": False}
        assert config["check_for_update_on_startup"] is False
        assert (home / "auth.json").resolve() == world.theirs / "auth.json"
        assert oct((home / "config.toml").stat().st_mode & 0o777) == "0o600"
        assert oct(host.folder.agent.stat().st_mode & 0o777) == "0o700"
        assert world.server is not None
        assert set(world.server.keys) == {f"Bearer {KEY}"}
        assert [event.to for event in client.of(ModelRouted)] == ["fake-1"]


async def test_a_repositorys_own_codex_settings_are_neither_loaded_nor_trusted(tmp_path: Path):
    files = {
        ".codex/config.toml": '[mcp_servers.evil]\ncommand = "touch"\nargs = ["evil"]\n',
        "AGENTS.md": "Be kind.\n",
    }
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)
    async with working(tmp_path, [Say("Done.")], files=files) as (host, client, world):
        await to_the_end(client)
        assert not (tmp_path / "workspace" / "evil").exists()
        assert "evil" not in {event.server for event in client.of(McpServerChanged)}
        config = tomllib.loads((host.folder.agent / "codex" / "config.toml").read_text())
        assert config["projects"] == {
            str(tmp_path / "workspace"): {"trust_level": "untrusted"},
            str(tmp_path): {"trust_level": "untrusted"},
        }
        # What the repository says to agents comes once: from us.
        assert world.heard().count("Be kind.") == 1


async def test_edits_of_the_workspace_are_patches_of_the_run(tmp_path: Path):
    async with working(tmp_path, [WriteFile("new.txt", "hello")], [Say("Done.")]) as (_, client, _world):
        assert await to_the_end(client) == []
        proposed = client.of(PatchProposed)[0]
        assert proposed.diff == "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,1 @@\n+hello\n"
        assert [event.patch_id for event in client.of(PatchApplied)] == [proposed.patch_id]
        assert (tmp_path / "workspace" / "new.txt").read_text() == "hello\n"
        told = [event.message for event in client.of(Diagnostic) if event.code == "agent_confinement"]
        assert len(told) == 1


async def test_when_it_asks_for_everything_the_rules_decide_it(tmp_path: Path):
    answers: list[Answer] = [
        [WriteFile("new.txt", "hello")],
        [Run("touch made")],
        [Run(f"touch {tmp_path}/outside", asks=True)],
        [Say("Done.")],
    ]
    strict = '[agents.codex]\nasks = "untrusted"\n'
    async with working(tmp_path, *answers, config=strict) as (_, client, _world):
        asked = await client.to_the_end(lambda request: request.action == "run_command")
        assert [request.descriptors[0] for request in asked] == [
            "write:new.txt",
            "bash:touch made",
            f"bash:touch {tmp_path}/outside",
        ]
        assert "outside codex's sandbox" not in asked[1].detail
        assert "outside codex's sandbox" in asked[2].detail
        assert not (tmp_path / "workspace" / "new.txt").exists()
        assert (tmp_path / "workspace" / "made").exists()
        assert (tmp_path / "outside").exists()
        assert not [event for event in client.of(Diagnostic) if event.code == "agent_confinement"]


async def test_in_its_sandbox_a_command_cannot_write_outside_and_has_a_temporary_folder(tmp_path: Path):
    outside = tmp_path / "outside.txt"
    answers: list[Answer] = [
        [Run(f"echo x > {outside}")],
        [Run("f=$(mktemp) && echo made > $f && cat $f")],
        [Say("Done.")],
    ]
    async with working(tmp_path, *answers) as (_, client, world):
        assert await to_the_end(client) == []
        assert not outside.exists()
        # codex tells no item of a command that its sandbox stops at once, but its model hears of it.
        assert "Read-only file system" in world.heard()
        assert (client.of(ToolFinished)[-1].outcome, client.of(ToolFinished)[-1].output) == ("ok", "made\n")


async def test_an_approval_is_for_one_time_and_leaves_no_rule_behind(tmp_path: Path):
    again = Run(f"touch {tmp_path}/again", asks=True)
    async with working(tmp_path, [again], [again], [Say("Done.")]) as (host, client, _world):
        asked = await to_the_end(client)
        assert [request.target for request in asked] == [again.command, again.command]
        rules = list((host.folder.agent / "codex").glob("rules/*"))
        assert rules == []


async def test_words_of_an_approval_are_told_to_it_too(tmp_path: Path):
    answers: list[Answer] = [[Run(f"touch {tmp_path}/one", asks=True)], [Say("Done.")]]
    async with working(tmp_path, *answers) as (_, client, world):
        request = await client.until(ApprovalRequested)
        await client.decide(request, approve=True, note="only this once")
        await to_the_end(client)
        assert (tmp_path / "one").exists()
        assert "approved by a person: only this once" in world.heard()


async def test_auto_runs_everything_unasked_and_outside_the_sandbox(tmp_path: Path):
    outside = tmp_path / "outside.txt"
    async with working(tmp_path, [Run(f"echo x > {outside}")], [Say("Done.")], mode="auto") as (
        _,
        client,
        _world,
    ):
        assert await to_the_end(client) == []
        assert outside.exists()
        assert not [event for event in client.of(Diagnostic) if event.code == "agent_confinement"]


async def test_a_kill_in_auto_leaves_nothing_that_was_started_in_the_background(tmp_path: Path):
    # What goes to the background says so itself: then it is there.
    command = Run(f"(setsid sh -c 'echo up > {PIPE}; exec sleep {SLEEP}' &); sleep {SLEEP}")
    async with working(tmp_path, [command], mode="auto") as (host, client, _world):
        pipe = tmp_path / "workspace" / PIPE
        await client.until(ToolStarted)
        assert await anyio.to_thread.run_sync(pipe.read_text, abandon_on_cancel=True) == "up\n"
        await client.send(RunKill(id=new_id("cmd")))
        await client.until_gone()
        await host.ended()
        assert not sleeping()


async def test_empty_folders_that_its_sandbox_leaves_are_taken_away_and_a_persons_own_stay(tmp_path: Path):
    async with working(tmp_path, [Run(SLOW)], files={".agents/skills/a.md": "theirs"}) as (
        host,
        client,
        _world,
    ):
        workspace = tmp_path / "workspace"
        await client.until(ToolStarted)
        await anyio.to_thread.run_sync((workspace / PIPE).read_text, abandon_on_cancel=True)
        await client.send(RunKill(id=new_id("cmd")))
        await client.until_gone()
        await host.ended()
        assert not sleeping()
        assert [name for name in LEFT_BEHIND if (workspace / name).exists()] == [".agents"]
        assert (workspace / ".agents" / "skills" / "a.md").read_text() == "theirs"


async def test_a_pause_in_the_middle_of_a_turn_stops_it_before_its_next_tool(tmp_path: Path):
    # The model gives its second answer only to one that stands still: it may be quicker than the pause otherwise.
    answers: list[Answer] = [[Run("touch one"), Hold()], [Hold(), Run("touch two")], [Say("Done.")]]
    async with working(tmp_path, *answers, mode="auto") as (_, client, world):
        await anyio.to_thread.run_sync(world.wait_held)
        assert isinstance(await client.ask(RunPause(id=new_id("cmd"))), CommandAccepted)
        world.release_one()
        await client.until_status("paused")
        world.release()
        assert not (tmp_path / "workspace" / "two").exists()
        assert isinstance(await client.ask(RunResume(id=new_id("cmd"))), CommandAccepted)
        await to_the_end(client)
        assert client.state.status == "completed"
        assert (tmp_path / "workspace" / "two").exists()
        (again,) = [event for event in client.of(RunStatusChanged) if event.status == "running"]
        (two,) = [event for event in client.of(ToolStarted) if event.target == "touch two"]
        assert (again.seq or 0) < (two.seq or 0)


async def test_a_run_lasts_as_long_as_an_agent_that_codex_started(tmp_path: Path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    script = {
        MAIN: [[Spawn("[child] count")], [Say("It counts.")]],
        "child": [[Run("echo one")], [Run("echo two")], [Say("Two.")]],
    }
    with codex_world(tmp_path, script) as world:
        async with Bench(
            Home(tmp_path / "home"), workspace, world.environ, None, "codex", "go"
        ).host() as host:
            client = await host.begin()
            await to_the_end(client)
            assert client.state.status == "completed"
            assert {event.status for event in client.of(AgentFinished)} == {"completed"}
            assert "Two." in [message.text for message in client.of(AssistantMessage)]


async def test_a_big_output_comes_whole_as_far_as_codex_keeps_it(tmp_path: Path):
    async with working(tmp_path, [Run("seq 1 300000")], [Say("Done.")]) as (_, client, _world):
        await to_the_end(client)
        assert client.state.status == "completed"
        ended = client.of(ToolFinished)[0]
        assert (ended.outcome, ended.exit_code) == ("ok", 0)
        assert ended.artifact is not None
        assert ended.artifact.bytes > 500_000


async def test_a_missing_key_is_told_with_what_to_do(tmp_path: Path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with codex_world(tmp_path, {MAIN: [[Say("Done.")]]}) as world:
        environ = {**world.environ, "LOOPBACK_KEY": ""}
        async with Bench(
            Home(tmp_path / "home"), workspace, environ, "approval", "codex", "go"
        ).host() as host:
            client = await host.begin()
            await to_the_end(client)
            error = client.of(Error)[0]
            assert "LOOPBACK_KEY" in error.message
            assert client.state.status == "failed"


async def test_a_broken_config_of_the_person_is_named(tmp_path: Path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with codex_world(tmp_path, {MAIN: [[Say("Done.")]]}) as world:
        (world.theirs / "config.toml").write_text("model = \n")
        async with Bench(
            Home(tmp_path / "home"), workspace, world.environ, None, "codex", "go"
        ).host() as host:
            client = await host.begin()
            await to_the_end(client)
            error = client.of(Error)[0]
            assert error.code == "agent_config"
            assert f"{world.theirs}/config.toml cannot be read" in error.message


async def test_without_the_program_it_is_told_how_to_install_it(tmp_path: Path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    async with Bench(Home(tmp_path / "home"), workspace, environ, None, "codex", "go").host() as host:
        client = await host.begin()
        await to_the_end(client)
        error = client.of(Error)[0]
        assert error.code == "agent_missing"
        assert "npm install -g @openai/codex" in error.message


async def test_the_chosen_model_is_the_one_that_is_called(tmp_path: Path):
    async with working(tmp_path, [Say("Done.")]) as (_, client, world):
        await to_the_end(client)
        assert world.models() == ["fake-1"]
        assert [message.text for message in client.of(AssistantMessage)] == ["Done."]
        assert json.loads(world.heard())
