"""One end of a pipe, read or written without blocking the event loop."""

import os

import anyio
import anyio.to_thread

READ_BYTES = 256 * 1024


async def read_pipe(descriptor: int) -> bytes:
    """Some bytes of the pipe; nothing when the other end is closed."""
    await anyio.wait_readable(descriptor)
    return os.read(descriptor, READ_BYTES)


async def read_stream(descriptor: int) -> bytes:
    """Some bytes of whatever a standard stream is; nothing at its end."""
    try:
        await anyio.wait_readable(descriptor)
    except PermissionError:
        # A plain file is not something to wait for; its disk may be slow, though.
        return await anyio.to_thread.run_sync(os.read, descriptor, READ_BYTES)
    return os.read(descriptor, READ_BYTES)


async def write_pipe(descriptor: int, data: bytes) -> None:
    """All of `data`, into a pipe set to non-blocking; raises OSError when the other end is closed."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            await anyio.wait_writable(descriptor)
