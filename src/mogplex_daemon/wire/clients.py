"""Taking clients on a socket, no more of them at one time than this process has files for."""

import resource
from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import SocketListener, SocketStream, TaskGroup

RETRY_SECONDS = 1.0
"""Until a connection that could not be taken is tried again, should nobody leave before."""


def files_allowed() -> int:
    """How many files this process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


async def take_clients(
    listener: SocketListener, serve: Callable[[SocketStream], Awaitable[None]], tasks: TaskGroup, most: int
) -> None:
    """Serve who comes, in `tasks`, until cancelled. With `most` there, the next one waits until one of them leaves."""
    places = anyio.Semaphore(max(1, most))
    left = anyio.Event()

    async def client(stream: SocketStream) -> None:
        nonlocal left
        async with places:
            await serve(stream)
        left.set()
        left = anyio.Event()

    while True:
        async with places:
            try:
                stream = await listener.accept()
            except anyio.BrokenResourceError:
                # This process has no file to spare: the client waits until there is one.
                with anyio.move_on_after(RETRY_SECONDS):
                    await left.wait()
                continue
        tasks.start_soon(client, stream)
