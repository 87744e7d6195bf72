"""The event loop of what lives long: waiting for a socket may be given up in the turn in which it becomes ready."""

import asyncio
from collections.abc import Callable
from typing import Any


class EventLoop(asyncio.SelectorEventLoop):
    """Sets no future that is over.

    anyio waits for a Unix socket with a future that the loop sets. One that was cancelled in the same turn raises
    then, and asyncio tells of a broken callback on stderr, which is a run's log.
    """

    def add_reader(self, fd: Any, callback: Callable[..., Any], *args: Any) -> None:
        """As asyncio has it."""
        super().add_reader(fd, _while_waited_for(callback), *args)

    def add_writer(self, fd: Any, callback: Callable[..., Any], *args: Any) -> None:
        """As asyncio has it."""
        super().add_writer(fd, _while_waited_for(callback), *args)


LOOP_OPTIONS = {"loop_factory": EventLoop}
"""For anyio's `backend_options`."""


def _while_waited_for(callback: Callable[..., Any]) -> Callable[..., Any]:
    future: object = getattr(callback, "__self__", None)
    if not isinstance(future, asyncio.Future):
        return callback

    def tell(*args: Any) -> None:
        if not future.done():
            callback(*args)

    return tell
