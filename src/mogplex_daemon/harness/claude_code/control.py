"""Requests to Claude Code and their answers, which come between everything else it says."""

from contextlib import suppress
from itertools import count

import anyio

from mogplex_daemon.harness.agents.reading import Object, as_object, as_text
from mogplex_daemon.harness.base import AgentGone, AgentProgram
from mogplex_daemon.harness.claude_code.protocol import control_request


class ControlFailed(Exception):
    """A request was answered with an error, or not at all; the message says which."""


class _Asked:
    def __init__(self) -> None:
        self.answered = anyio.Event()
        self.response: Object | None = None
        """None after the agent has gone."""


class Control:
    """The requests to one process. `answered` is told of every answer by whoever reads its lines."""

    def __init__(self, program: AgentProgram) -> None:
        self._program = program
        self._numbers = count(1)
        self._asked: dict[str, _Asked] = {}
        self._gone = False

    async def ask(self, subtype: str, seconds: float, **fields: object) -> Object:
        """What the agent answers. Raises ControlFailed, also when it takes longer than `seconds`."""
        request_id = f"mogplex-{next(self._numbers)}"
        return await self.ask_line(request_id, control_request(request_id, subtype, **fields), seconds)

    async def ask_line(self, request_id: str, line: bytes, seconds: float) -> Object:
        """The same for a line that was made before."""
        asked = self._asked[request_id] = _Asked()
        try:
            with anyio.move_on_after(seconds):
                if not self._gone:
                    # Its end is told by its last line.
                    with suppress(AgentGone):
                        await self._program.send(line)
                    await asked.answered.wait()
        finally:
            del self._asked[request_id]
        if not asked.answered.is_set():
            raise ControlFailed("it has ended" if self._gone else f"it did not answer within {seconds:g} s")
        if asked.response is None:
            raise ControlFailed("it has ended")
        if asked.response.get("subtype") == "error":
            raise ControlFailed(as_text(asked.response.get("error")) or "it refused without a reason")
        return as_object(asked.response.get("response"))

    def answered(self, message: Object) -> None:
        """A `control_response` came. Unknown ones are none of ours: some versions echo our own answers."""
        response = as_object(message.get("response"))
        asked = self._asked.get(as_text(response.get("request_id")))
        if asked is not None:
            asked.response = response
            asked.answered.set()

    def gone(self) -> None:
        """The agent says nothing any more: nobody waits for it."""
        self._gone = True
        for asked in self._asked.values():
            asked.answered.set()
