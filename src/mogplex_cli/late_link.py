"""The link the cockpit is given: made when it is run, because no first picture waits for it."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import anyio

    from mogplex_cli.transport.base import Answer, Link, LookBack
    from mogplex_contracts.commands import Command


class LateLink:
    """Does what the link it makes does; what is sent before that waits for it."""

    def __init__(self, make: "Callable[[], Link]") -> None:
        self._make = make
        self._link: Link | None = None

    @cached_property
    def _made(self) -> "anyio.Event":
        import anyio

        return anyio.Event()

    async def run(self) -> None:
        """Make the link and run it, until cancelled."""
        self._link = self._make()
        self._made.set()
        await self._link.run()

    async def send(self, command: "Command") -> None:
        """Send a command; raises TransportFailed."""
        await (await self._there()).send(command)

    async def ask(self, command: "LookBack") -> "Answer":
        """Ask for older events or an older state; raises TransportFailed."""
        return await (await self._there()).ask(command)

    async def _there(self) -> "Link":
        await self._made.wait()
        assert self._link is not None
        return self._link
