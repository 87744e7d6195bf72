"""The client of the tests: what it waits for may have come already."""

import anyio
import pytest

from mogplex_contracts.codec import encode
from mogplex_contracts.commands.run import RunPause
from mogplex_contracts.commands.session import Attach
from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.run import RunStatusChanged
from tests.support.run_host import Client, Gone
from tests.support.story import spawned

pytestmark = pytest.mark.anyio


class Told:
    """A host that has told all this already, and ends."""

    def __init__(self, *events: Event) -> None:
        self._lines = [encode(event) + b"\n" for event in events]

    async def receive(self) -> bytes:
        if not self._lines:
            raise anyio.EndOfStream
        return self._lines.pop(0)

    async def send(self, data: bytes, /) -> None:
        assert data.endswith(b"\n")


async def test_what_was_told_before_an_answer_is_found_behind_it() -> None:
    paused = RunStatusChanged(seq=2, status="paused")
    client = Client(Told(spawned(), CommandAccepted(command_id="a"), paused, CommandAccepted(command_id="b")))
    assert isinstance(await client.ask(Attach(id="a", after_seq=0)), CommandAccepted)
    assert (await client.until(AgentSpawned)).number == 1
    assert isinstance(await client.ask(RunPause(id="b")), CommandAccepted)
    assert await client.until_status("paused") == paused


async def test_an_answer_that_was_waited_for_is_not_found_again() -> None:
    refused = CommandRejected(command_id="b", code="x", reason="no")
    other = CommandRejected(command_id="", code="invalid_line", reason="line 3")
    client = Client(Told(refused, CommandAccepted(command_id="a"), other))
    assert isinstance(await client.ask(RunPause(id="a")), CommandAccepted)
    assert await client.answer(RunPause(id="b")) == refused
    assert await client.until(CommandAccepted, CommandRejected) == other
    with pytest.raises(Gone):
        await client.until(CommandAccepted, CommandRejected)


async def test_what_was_read_one_by_one_is_passed() -> None:
    client = Client(
        Told(spawned(), CommandAccepted(command_id="a"), spawned("agt_2", 2), spawned("agt_3", 3))
    )
    await client.ask(RunPause(id="a"))
    await client.next()
    assert (await client.until(AgentSpawned)).number == 3
