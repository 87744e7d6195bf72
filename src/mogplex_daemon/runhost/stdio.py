"""File descriptors as a stream of bytes, for a host that talks over its stdin and stdout."""

import os

import anyio

READ_BYTES = 64 * 1024


class DescriptorStream:
    """Reads from one descriptor and writes to another. Pipes, sockets, terminals and files all work."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        os.set_blocking(writing, False)

    async def receive(self) -> bytes:
        """Some bytes; raises EndOfStream when the other side has closed."""
        try:
            await anyio.wait_readable(self._reading)
        except PermissionError:
            await anyio.lowlevel.checkpoint()  # a regular file is always readable and cannot be waited for
        data = os.read(self._reading, READ_BYTES)
        if not data:
            raise anyio.EndOfStream
        return data

    async def send(self, data: bytes, /) -> None:
        """All of `data`; raises OSError when the other side has gone."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._writing, view) :]
            except BlockingIOError:
                await anyio.wait_writable(self._writing)
