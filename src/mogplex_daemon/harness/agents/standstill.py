"""A pause for agents that know none: while the run is paused, their processes stand still."""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import anyio

from mogplex_daemon.harness.base import HarnessContext


class Standstill:
    """Of one agent program: it calls no model and starts no tool while its processes are stopped."""

    def __init__(self, context: HarnessContext, send: Callable[[signal.Signals], None]) -> None:
        """`send` gives a signal to what has to stop; it may raise ProcessLookupError and PermissionError."""
        self._context = context
        self._send = send
        self._holding = anyio.Lock()
        self.frozen = False
        """Whether it stands still."""

    async def hold(self) -> bool:
        """Stand still while the run is paused; whether it was. One pause is one pause, however many wait here."""
        async with self._holding:
            if not self._context.pausing:
                return False
            with self._freezing():
                await self._context.safe_point()
            return True

    def thaw(self) -> None:
        """Go on, whatever it stood still for."""
        if self.frozen:
            self.frozen = False
            self._signal(signal.SIGCONT)

    @contextmanager
    def _freezing(self) -> Generator[None]:
        self.frozen = True
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.thaw()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            self._send(number)
