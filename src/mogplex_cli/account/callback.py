"""Listens on loopback until the browser has brought the answer that is waited for, once."""

import errno
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio
from anyio.abc import Listener, SocketAttribute, SocketStream

from mogplex_cli.account.expected import Arrived, Expected, Reply, is_own_host
from mogplex_cli.account.failures import PortsBusy
from mogplex_cli.account.http_request import MOST_HEAD_BYTES, Answer, BadRequest, Request, read_head

LOOPBACK = "127.0.0.1"
REQUEST_SECONDS = 10.0
"""A connection that says nothing in this time is closed: browsers open some in advance."""


@asynccontextmanager
async def listening(ports: tuple[int, ...]) -> AsyncGenerator[Listener[SocketStream]]:
    """Listen on the first of these ports that is free, 0 for any. Raises PortsBusy."""
    listener = await _bind(ports)
    async with listener:
        yield listener


async def _bind(ports: tuple[int, ...]) -> Listener[SocketStream]:
    trouble = ""
    for port in ports:
        try:
            return await anyio.create_tcp_listener(local_host=LOOPBACK, local_port=port)
        except OSError as error:
            trouble = "busy" if error.errno == errno.EADDRINUSE else str(error.strerror)
    names = " and ".join(str(port) for port in ports)
    what = "port" if len(ports) == 1 else "ports"
    raise PortsBusy(f"{what} {names} of this machine cannot be listened on ({trouble})")


def port_of(listener: Listener[SocketStream]) -> int:
    """The port that is listened on."""
    return listener.extra(SocketAttribute.local_port)


async def first_answer(
    listener: Listener[SocketStream], expected: Expected, remark: Callable[[str], None]
) -> Arrived:
    """The one answer that counts; what else comes is refused. `remark` hears what a person should know."""
    port = port_of(listener)
    arrived: list[Arrived] = []

    async def serve(stream: SocketStream) -> None:
        counts = False
        async with stream:
            with anyio.move_on_after(REQUEST_SECONDS):
                try:
                    received = await _receive(stream)
                    # Nothing is waited for from here to where it counts: of two at the same moment one comes first.
                    reply = Reply(Answer(409)) if arrived else _reply(received, port, expected)
                    if reply.arrived is not None:
                        arrived.append(reply.arrived)
                        counts = True
                    if reply.remark:
                        remark(reply.remark)
                    await stream.send(reply.answer.encoded())
                    await stream.send_eof()
                except (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError):
                    pass
        if counts:
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        await listener.serve(serve, tasks)
    return arrived[0]


def _reply(received: tuple[Request, bytes] | None, port: int, expected: Expected) -> Reply:
    if received is None:
        return Reply(Answer(400))
    request, body = received
    return expected.reply(request, body) if is_own_host(request, port) else Reply(Answer(403))


async def _receive(stream: SocketStream) -> tuple[Request, bytes] | None:
    """A request and its body; None for what is no request."""
    data = b""
    while b"\r\n\r\n" not in data:
        if len(data) > MOST_HEAD_BYTES:
            return None
        data += await stream.receive()
    head, _, body = data.partition(b"\r\n\r\n")
    try:
        request = read_head(head)
        wanted = request.body_bytes
    except BadRequest:
        return None
    while len(body) < wanted:
        body += await stream.receive()
    return request, body[:wanted]
