import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from mogplex_daemon.home.event_loop import EventLoop


@pytest.mark.parametrize("end", [asyncio.Future.cancel, lambda future: future.set_result(None)])
def test_a_wait_that_is_over_when_its_socket_becomes_ready_is_left_alone(
    end: Callable[[Any], object],
) -> None:
    broken: list[dict[str, Any]] = []

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: broken.append(context))
        ours, theirs = socket.socketpair()
        with ours, theirs:
            waiting: asyncio.Future[None] = loop.create_future()
            loop.add_reader(ours, waiting.set_result, None)
            theirs.send(b"x")
            loop.call_soon(end, waiting)
            await asyncio.wait([waiting])
            await asyncio.sleep(0)
            loop.remove_reader(ours)

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(wait())
    assert broken == []


def test_a_wait_ends_when_its_socket_becomes_ready() -> None:
    async def wait() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            waiting: asyncio.Future[None] = loop.create_future()
            loop.add_reader(ours, waiting.set_result, None)
            theirs.send(b"x")
            await asyncio.wait_for(waiting, 5)
            loop.remove_reader(ours)

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(wait())
