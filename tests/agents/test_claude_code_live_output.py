from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from mogplex_daemon.harness.claude_code.live_output import LiveOutput

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 60.0


async def test_what_was_written_before_a_new_folder_was_watched_is_told(tmp_path: Path) -> None:
    running: list[str] = []
    send, receive = anyio.create_memory_object_stream[tuple[str, str]](100)

    async def tell(use_id: str, text: str) -> None:
        await send.send((use_id, text))

    output = LiveOutput(tmp_path, lambda: running, tell)
    async with send, receive, anyio.create_task_group() as tasks:
        tasks.start_soon(output.follow)
        await anyio.lowlevel.checkpoint()
        for number in range(10):
            running[:] = [f"call {number}"]
            # All at once, as the agent does it for the first command of a session.
            folder = tmp_path / f"claude-{number}" / "-workspace" / "session" / "tasks"
            folder.mkdir(parents=True)
            (folder / "babc.output").write_text(f"line {number}")
            with anyio.fail_after(PATIENCE_SECONDS):
                assert await receive.receive() == (f"call {number}", f"line {number}")
        output.stop()


async def test_only_what_lies_where_outputs_do_is_told_once(tmp_path: Path) -> None:
    told: list[str] = []
    last = anyio.Event()

    async def tell(use_id: str, text: str) -> None:
        told.append(text)
        if "last" in text:
            last.set()

    output = LiveOutput(tmp_path, lambda: ["call"], tell)
    tasks_folder = tmp_path / "session" / "tasks"
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(output.follow)
        await anyio.lowlevel.checkpoint()
        tasks_folder.mkdir(parents=True)
        (tasks_folder / "b1.output").write_text("one\n")
        (tasks_folder / "a1.output").write_text("a sub-agent\n")
        (tasks_folder / "b1.txt").write_text("something else\n")
        (tmp_path / "b2.output").write_text("elsewhere\n")
        with (tasks_folder / "b1.output").open("a") as file:
            file.write("last\n")
        with anyio.fail_after(PATIENCE_SECONDS):
            await last.wait()
        output.stop()
    assert "".join(told) == "one\nlast\n"
