"""Questions about a run's past and their answers: looked up here where its events lie, else by the other end."""

from dataclasses import dataclass, field

import anyio
import anyio.to_thread

from mogplex_cli.transport.base import Answer, Health, LookBack, Transport, TransportFailed
from mogplex_contracts.events import Event
from mogplex_contracts.events.link import CommandRejected, Found, History, Past
from mogplex_daemon.home.archive import Archive


@dataclass(eq=False)
class _Question:
    answered: anyio.Event = field(default_factory=anyio.Event)
    answer: Answer | None = None
    failure: str = ""


class Asked:
    """What was asked and not answered yet."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._questions: dict[str, _Question] = {}
        self._archive: tuple[str, Archive] | None = None

    async def ask(self, command: LookBack) -> Answer:
        """The answer; raises TransportFailed."""
        path = self._transport.archive(command.run_id)
        if path is None:
            return await self._ask_the_other_end(command)
        if self._archive is None or self._archive[0] != command.run_id:
            self._archive = command.run_id, Archive(path, command.run_id)
        try:
            return await anyio.to_thread.run_sync(self._archive[1].answer, command)
        except OSError as error:
            raise TransportFailed(f"{path} cannot be read: {error.strerror}") from error

    def heard(self, event: Event) -> Event:
        """Look whether an event answers something; it is passed on as it is."""
        match event:
            case History() | Past() | Found():
                self._settle(event.command_id, answer=event)
            case CommandRejected():
                self._settle(event.command_id, failure=event.reason)
            case _:
                pass
        return event

    def health(self, health: Health) -> None:
        """Nobody answers over a link that is lost."""
        if health.health in ("reconnect", "offline"):
            for command_id in tuple(self._questions):
                self._settle(command_id, failure="the link was lost before the answer came; try again")

    async def _ask_the_other_end(self, command: LookBack) -> Answer:
        question = self._questions[command.id] = _Question()
        try:
            await self._transport.send(command)
            await question.answered.wait()
        finally:
            self._questions.pop(command.id, None)
        if question.answer is None:
            raise TransportFailed(question.failure)
        return question.answer

    def _settle(self, command_id: str, answer: Answer | None = None, failure: str = "") -> None:
        question = self._questions.get(command_id)
        if question is not None:
            question.answer, question.failure = answer, failure
            question.answered.set()
