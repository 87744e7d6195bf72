import logging
import sys

import anyio
import pytest

from mogplex_daemon.home.child_process import child_process, run_child

pytestmark = pytest.mark.anyio
ECHO = (sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read()); sys.exit(3)")


async def test_it_gives_all_that_was_written_and_the_exit_code():
    done = await run_child(ECHO, input=b"x" * 300_000)
    assert (done.returncode, len(done.stdout), done.stderr) == (3, 300_000, b"")


async def test_stderr_is_kept_when_it_is_asked_for():
    done = await run_child(("sh", "-c", "echo no >&2"), keep_stderr=True)
    assert (done.stderr, done.stdout) == (b"no\n", b"")


async def test_a_program_that_reads_nothing_of_its_input_ends_as_it_does():
    assert (await run_child(("true",), input=b"x" * 300_000)).returncode == 0


async def test_what_is_not_there_is_told():
    with pytest.raises(FileNotFoundError):
        await run_child(("/nowhere/at-all",))


async def test_it_ends_with_whoever_waits_for_it():
    async with child_process(("sleep", "600")) as process:
        pass
    assert process.returncode == -9


async def test_one_that_is_given_up_as_it_ends_leaves_its_status_to_asyncio(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING, logger="asyncio"):
        for number in range(150):
            with anyio.move_on_after(0.0005 * (number % 20)):
                await run_child(("true",))
    assert caplog.messages == []
