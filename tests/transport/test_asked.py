from pathlib import Path

import anyio
import pytest

from mogplex_cli.transport.asked import Asked
from mogplex_cli.transport.base import Health, TransportFailed
from mogplex_contracts.commands.session import HistoryPage
from mogplex_contracts.events.link import CommandRejected, History

pytestmark = pytest.mark.anyio
QUESTION = HistoryPage(id="cmd_1", run_id="run_1", before_seq=9)


class Other:
    name = "daemon"

    def __init__(self, path: Path | None = None) -> None:
        self.sent = anyio.Event()
        self.path = path

    def incoming(self):
        raise NotImplementedError

    async def send(self, command):
        self.sent.set()

    def archive(self, run_id):
        return self.path


async def answered(told) -> object:
    other = Other()
    asked = Asked(other)
    found: list[object] = []

    async def ask():
        try:
            found.append(await asked.ask(QUESTION))
        except TransportFailed as failure:
            found.append(str(failure))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        await other.sent.wait()
        told(asked)
    return found[0]


async def test_an_answer_finds_who_asked():
    page = History(command_id="cmd_1", events=(), more=False)
    assert await answered(lambda asked: asked.heard(page)) == page


async def test_a_refusal_says_why():
    refusal = CommandRejected(command_id="cmd_1", code="x", reason="no such run")
    assert await answered(lambda asked: asked.heard(refusal)) == "no such run"


async def test_a_lost_link_ends_the_wait():
    assert "lost" in str(await answered(lambda asked: asked.health(Health("reconnect"))))


async def test_what_lies_here_is_looked_up_here(tmp_path: Path):
    (tmp_path / "j").write_bytes(b'{"v":1,"run_id":"run_1","seq":1,"type":"x"}\n')
    answer = await Asked(Other(tmp_path / "j")).ask(QUESTION)
    assert [event["seq"] for event in answer.events] == [1]


async def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(TransportFailed, match="nowhere"):
        await Asked(Other(tmp_path / "nowhere")).ask(QUESTION)
