"""Pause at safe points: the harness stops before its next model or tool call, and goes on where it stood."""

from collections.abc import Awaitable, Callable

import anyio

from mogplex_contracts.envelope import Operator


class PauseGate:
    """Says at each safe point whether to wait."""

    def __init__(
        self,
        on_paused: Callable[[Operator | None], Awaitable[None]],
        on_resumed: Callable[[Operator | None], Awaitable[None]],
    ) -> None:
        """`on_paused` is awaited when work really stands still, `on_resumed` before it goes on."""
        self._on_paused = on_paused
        self._on_resumed = on_resumed
        self._resume: anyio.Event | None = None
        self._stands = False
        """Whether it was told that work stands still: several agents may wait here, and it is told once."""
        self._by: Operator | None = None

    @property
    def wanted(self) -> bool:
        """Whether a pause was asked for and not taken back."""
        return self._resume is not None

    def pause(self, by: Operator | None) -> bool:
        """Stop at the next safe point; False when that was asked before."""
        if self._resume is not None:
            return False
        self._resume, self._by = anyio.Event(), by
        return True

    def resume(self, by: Operator | None) -> bool:
        """Go on; False when there was no pause."""
        if self._resume is None:
            return False
        resume, self._resume, self._by = self._resume, None, by
        resume.set()
        return True

    async def safe_point(self) -> None:
        """Wait here for as long as the run is paused."""
        if not self.wanted:
            return
        if not self._stands:
            self._stands = True
            await self._on_paused(self._by)
        while (resume := self._resume) is not None:
            await resume.wait()
        if self._stands:
            self._stands = False
            await self._on_resumed(self._by)
