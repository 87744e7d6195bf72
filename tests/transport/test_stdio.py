import os
from collections.abc import Generator
from pathlib import Path
from typing import Self

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.standard_streams import misuse
from mogplex_cli.transport.base import Health, Incoming, TransportFailed
from mogplex_cli.transport.router import resolve
from mogplex_cli.transport.stdio import StdioTransport
from mogplex_contracts.codec import decode_command
from mogplex_contracts.commands.run import RunMessage, RunPause, RunStart
from mogplex_contracts.framing import Line

pytestmark = pytest.mark.anyio


class Pipe:
    """Both ends of a pipe, each of which can be closed once and again."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self._read = os.fdopen(read, "rb", buffering=0)
        self._write = os.fdopen(write, "wb", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_read()
        self.close_write()

    @property
    def read_end(self) -> int:
        return self._read.fileno()

    @property
    def write_end(self) -> int:
        return self._write.fileno()

    def take(self, size: int = 65_536) -> bytes:
        return os.read(self.read_end, size)

    def put(self, data: bytes) -> None:
        os.write(self.write_end, data)

    def close_read(self) -> None:
        self._read.close()

    def close_write(self) -> None:
        self._write.close()


@pytest.fixture
def commands() -> Generator[Pipe]:
    with Pipe() as pipe:
        yield pipe


async def everything(descriptor: int) -> list[Incoming]:
    return [item async for item in StdioTransport(descriptor, None).incoming()]


def lines_of(items: list[Incoming]) -> list[tuple[int, bytes]]:
    return [(item.number, item.data) for item in items if isinstance(item, Line)]


async def test_a_pipe_gives_its_lines_and_then_the_end() -> None:
    with Pipe() as pipe:
        pipe.put(b"one\n\nthree\n")
        pipe.close_write()
        items = await everything(pipe.read_end)
    assert items[0] == Health("nominal")
    assert lines_of(items) == [(1, b"one"), (3, b"three")]
    assert items[-1] == Health("offline", "end of stream · 2 lines")


async def test_a_plain_file_can_be_the_stream(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"one\ntwo\n")
    with path.open("rb") as file:
        assert lines_of(await everything(file.fileno())) == [(1, b"one"), (2, b"two")]


async def test_a_last_line_without_a_newline_is_given_too() -> None:
    with Pipe() as pipe:
        pipe.put(b'one\n{"type":')
        pipe.close_write()
        assert lines_of(await everything(pipe.read_end))[-1] == (2, b'{"type":')


async def test_a_stream_that_cannot_be_read_ends_and_says_why(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        end = (await everything(folder))[-1]
    finally:
        os.close(folder)
    assert end == Health("offline", "the stream cannot be read any further: Is a directory · 0 lines")


@given(st.lists(st.binary(max_size=60), max_size=12))
def test_lines_are_the_same_however_the_stream_is_cut(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)

    async def read_in_pieces() -> list[tuple[int, bytes]]:
        with Pipe() as pipe:
            items: list[Incoming] = []
            async with anyio.create_task_group() as tasks:

                async def feed() -> None:
                    for piece in pieces:
                        pipe.put(piece)
                        await anyio.lowlevel.checkpoint()
                    pipe.close_write()

                tasks.start_soon(feed)
                items = await everything(pipe.read_end)
            return lines_of(items)

    expected = [(number, line) for number, line in enumerate(whole.split(b"\n"), 1) if line.strip()]
    assert anyio.run(read_in_pieces) == expected


async def test_a_command_is_one_line_on_stdout(commands: Pipe) -> None:
    command = RunPause(id="cmd_1", run_id="run_1")
    await StdioTransport(0, commands.write_end).send(command)
    sent = commands.take()
    assert sent.endswith(b"\n")
    assert decode_command(sent) == command


async def test_stdout_may_be_a_plain_file(tmp_path: Path) -> None:
    path = tmp_path / "commands.jsonl"
    with path.open("wb") as file:
        transport = StdioTransport(0, file.fileno())
        await transport.send(RunPause(id="cmd_1"))
        await transport.send(RunMessage(id="cmd_2", text="x" * 100_000))
    assert [decode_command(line).id for line in path.read_bytes().splitlines()] == ["cmd_1", "cmd_2"]


async def test_long_commands_sent_at_once_come_whole_and_one_after_the_other(
    commands: Pipe,
) -> None:
    transport = StdioTransport(0, commands.write_end)
    sent = [RunMessage(id=f"cmd_{number}", text=str(number) * 200_000) for number in range(4)]
    received = b""
    async with anyio.create_task_group() as tasks:
        for command in sent:
            tasks.start_soon(transport.send, command)
        while received.count(b"\n") < len(sent):
            await anyio.wait_readable(commands.read_end)
            received += commands.take()
    assert [decode_command(line) for line in received.splitlines()] == sent


async def test_the_pipe_of_stdout_stays_blocking_for_whoever_shares_it(commands: Pipe) -> None:
    await StdioTransport(0, commands.write_end).send(RunPause(id="cmd_1"))
    assert os.get_blocking(commands.write_end)


async def test_commands_are_refused_when_stdout_is_the_screen() -> None:
    with pytest.raises(TransportFailed, match="stdout is this terminal"):
        await StdioTransport(0, None).send(RunPause(id="cmd_1"))


async def test_commands_are_refused_when_nobody_reads_them_any_more(commands: Pipe) -> None:
    transport = StdioTransport(0, commands.write_end)
    commands.close_read()
    for _ in range(2):
        with pytest.raises(TransportFailed, match="stdout is closed"):
            await transport.send(RunPause(id="cmd_1"))


async def test_a_reader_that_stalls_gets_another_try_and_no_torn_line(commands: Pipe) -> None:
    transport = StdioTransport(0, commands.write_end, stalled=0.5)
    filled = _fill(commands.write_end)
    with pytest.raises(TransportFailed, match=r"took nothing for 0\.5 s"):
        await transport.send(RunPause(id="cmd_1"))
    while filled:
        filled -= len(commands.take(filled))
    await transport.send(RunPause(id="cmd_2"))
    assert decode_command(commands.take()).id == "cmd_2"


async def test_a_reader_that_stalls_within_a_command_is_given_up(commands: Pipe) -> None:
    transport = StdioTransport(0, commands.write_end, stalled=0.5)
    for _ in range(2):
        with pytest.raises(TransportFailed, match="only written in part"):
            await transport.send(RunMessage(id="cmd_1", text="x" * 1_000_000))


def _fill(descriptor: int) -> int:
    os.set_blocking(descriptor, False)
    filled = 0
    try:
        while True:
            filled += os.write(descriptor, b"x" * 4_096)
    except BlockingIOError:
        os.set_blocking(descriptor, True)
        return filled


async def test_a_run_cannot_be_started_over_a_stream(commands: Pipe) -> None:
    start = RunStart(id="cmd_1", run_id="run_1", task="mend it", cwd="/repo", harness="demo")
    with pytest.raises(TransportFailed, match="starts no runs"):
        await StdioTransport(0, commands.write_end).send(start)


@pytest.mark.parametrize(
    ("environ", "terminal", "events", "task", "said"),
    [
        ({}, False, False, False, None),
        ({}, False, True, False, None),
        ({"MOGPLEX_TRANSPORT": "stdio"}, False, True, False, None),
        ({}, True, False, True, None),
        ({"MOGPLEX_TRANSPORT": "process"}, False, False, True, None),
        ({}, True, True, False, "stdin is the terminal"),
        ({"MOGPLEX_TRANSPORT": "stdio"}, True, False, False, "stdin is the terminal"),
        ({"MOGPLEX_TRANSPORT": "process"}, True, True, False, "stdin is the terminal"),
        ({"MOGPLEX_TRANSPORT": "live"}, False, True, False, "MOGPLEX_TRANSPORT=live chooses the process"),
        ({}, False, False, True, "--task starts a run"),
    ],
)
def test_a_command_line_that_does_not_fit_stdin_is_refused(
    environ: dict[str, str], terminal: bool, events: bool, task: bool, said: str | None
) -> None:
    route = resolve(environ, None, terminal)
    problem = misuse(route, events=events, task=task, stdin_is_terminal=terminal)
    assert problem is None if said is None else said in (problem or "")
