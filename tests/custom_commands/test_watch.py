import os
import shutil
from pathlib import Path

import anyio
import pytest

from mogplex_cli.custom_commands.load import CommandSources
from mogplex_cli.custom_commands.watch import follow_commands

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 60


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Followed:
    """The commands as they were told, one after the other."""

    def __init__(self):
        self.send, self.told = anyio.create_memory_object_stream(100)

    def tell(self, registry):
        self.send.send_nowait(registry)

    async def until(self, *names):
        with anyio.fail_after(PATIENCE_SECONDS):
            async for registry in self.told:
                if sorted(registry.commands) == sorted(names):
                    return registry
        raise AssertionError("the commands are told no more")


@pytest.fixture
async def followed(tmp_path):
    it = Followed()
    (tmp_path / "repo").mkdir()
    (tmp_path / "home").mkdir()
    sources = CommandSources(tmp_path / "repo", tmp_path / "home", {}, frozenset())
    async with it.send, it.told, anyio.create_task_group() as tasks:
        tasks.start_soon(follow_commands, sources, it.tell)
        yield it
        tasks.cancel_scope.cancel()


async def test_folders_that_come_files_that_change_and_folders_that_go_are_noticed(followed, tmp_path):
    await followed.until()
    commands = tmp_path / "repo/.agents/commands"
    commands.mkdir(parents=True)
    (commands / "deploy.md").write_text("Ship.")
    await followed.until("deploy")
    (commands / "release").mkdir()
    (commands / "release/notes.md").write_text("Notes.")
    await followed.until("deploy", "release:notes")
    (commands / "deploy.md").unlink()
    await followed.until("release:notes")
    shutil.rmtree(tmp_path / "repo/.agents")
    await followed.until()


async def test_a_file_that_is_written_again_is_read_again(followed, tmp_path):
    await followed.until()
    home = tmp_path / "home/commands"
    home.mkdir()
    (home / "x.md").write_text("One.")
    assert (await followed.until("x")).commands["x"].body == "One."
    (home / "x.md").write_text("Two.")
    with anyio.fail_after(PATIENCE_SECONDS):
        while (await followed.until("x")).commands["x"].body != "Two.":
            pass


async def test_agent_json_brings_further_folders(followed, tmp_path):
    await followed.until()
    (tmp_path / "repo/team").mkdir()
    (tmp_path / "repo/team/x.md").write_text("Go.")
    (tmp_path / "repo/agent.json").write_text('{"extra_slash_dirs": ["team"]}')
    await followed.until("x")
    (tmp_path / "repo/team/y.md").write_text("Go.")
    await followed.until("x", "y")


async def test_a_file_whose_name_is_no_text_is_no_reason_to_stop(followed, tmp_path):
    await followed.until()
    (Path(os.fsdecode(bytes(tmp_path / "repo") + b"/bad\xff.md"))).write_text("x")
    commands = tmp_path / "repo/.agents/commands"
    commands.mkdir(parents=True)
    (commands / "deploy.md").write_text("Ship.")
    await followed.until("deploy")
    (Path(os.fsdecode(bytes(commands) + b"/bad\xff.txt"))).write_text("x")
    (commands / "notes.md").write_text("Notes.")
    await followed.until("deploy", "notes")
