"""Makes facts: stamps an event, takes secrets out, bounds it, journals it, reduces it, and tells the clients.

Nothing is shown that was not journaled first, and the state is reduced from exactly what stands in the journal.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from mogplex_contracts.clock import format_ts
from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.envelope import EventBase, Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.link import Heartbeat
from mogplex_contracts.events.message import AssistantDelta, ReasoningDelta
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.patch import PatchProposed, WorkspaceDiff
from mogplex_contracts.events.run import RunStarted, RunStatusChanged
from mogplex_contracts.events.tool import Artifact, ToolFinished, ToolOutput, ToolStarted
from mogplex_contracts.ids import make_id
from mogplex_contracts.nesting import nests_deeper
from mogplex_contracts.reduce import reduce
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_daemon.home.redaction import Redactor
from mogplex_daemon.journal.writer import Blocked, JournalWriter
from mogplex_daemon.runhost.artifacts import ArtifactStore

LIVE_ONLY = (AssistantDelta, ReasoningDelta, ToolOutput)
"""Events that are never journaled: what they say comes again, whole, in a journaled one."""
DURABLE = (RunStarted, RunStatusChanged, ApprovalRequested, ApprovalResolved)
"""Events that are on the disk before anyone hears of them."""
OUTPUT_CHARACTERS = 16_000
"""How much of a tool's output the journal keeps; the rest is an artifact."""
INPUT_CHARACTERS = 4_000
"""How much of each argument of a tool the journal keeps."""
INPUT_LEVELS = 64
"""Levels of an argument: whoever reads the journal must be able to."""
DIFF_CHARACTERS = 64_000
"""How much of a diff the journal keeps; the rest is an artifact."""

Fact = TypeVar("Fact", bound=EventBase)


class Audience(Protocol):
    """Whoever follows the run."""

    def grow(self, lines: list[bytes]) -> None:
        """The journal has these lines too now."""
        ...

    def live(self, line: bytes) -> None:
        """A live-only line, to be shown after all that is in the journal now."""
        ...


class Recorder:
    """The one place where facts of the run come to be."""

    def __init__(
        self,
        run_id: str,
        redactor: Redactor,
        artifacts: ArtifactStore,
        audience: Audience,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._run_id = run_id
        self._redactor = redactor
        self._artifacts = artifacts
        self._audience = audience
        self._clock = clock
        self._seq = 0
        self._journal: JournalWriter | None = None
        self.state = RunState()
        """The run as the journal tells it."""
        self.trouble: Error | None = None
        """Why the journal cannot be written now; whoever comes in the meantime is told, too."""

    def use(self, journal: JournalWriter) -> None:
        """Write to this journal, which must call `written` and `blocked` back."""
        self._journal = journal

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on these are taken out, too."""
        self._redactor = self._redactor.also(secrets)

    def clean(self, line: bytes) -> bytes:
        """A line of JSON without any secret that is known by now."""
        return self._redactor.line(line)

    async def emit(self, event: Event, by: Operator | None = None) -> Event:
        """Make a fact of `event` and return it as it was recorded. Live-only events just go out."""
        if isinstance(event, LIVE_ONLY):
            self._audience.live(self.answer(event))
            return event
        assert self._journal is not None, "the journal is opened before the first event"
        event = await self._bounded(event)
        stamped, line = self.stamp(event, self._seq + 1, by)
        self._seq += 1
        durable = isinstance(stamped, DURABLE)
        await self._journal.append(line, durable=durable)
        if durable:
            self._audience.live(self.answer(self.heartbeat()))
        return stamped

    def heartbeat(self) -> Heartbeat:
        """How far the journal goes, and the digest of the state there, for clients to compare with theirs."""
        return Heartbeat(at_seq=self.state.last_seq, digest=digest(self.state))

    def stamp(self, event: Fact, seq: int | None, by: Operator | None = None) -> tuple[Fact, bytes]:
        """The event with its envelope filled in, and its line with secrets taken out."""
        now = self._clock()
        stamped = evolve(
            event,
            run_id=self._run_id,
            seq=seq,
            id=make_id("evt", int(now * 1000), seq) if seq else "",
            ts=format_ts(now),
            by=by,
        )
        return stamped, self._redactor.line(encode(stamped))

    def answer(self, event: EventBase) -> bytes:
        """The line of something live, that is no fact of the run."""
        return self.stamp(event, None)[1]

    def written(self, lines: list[bytes]) -> None:
        """The journal has these lines now: reduce them and tell everyone."""
        for line in lines:
            self.state = reduce(self.state, decode_event(line))
        self._audience.grow(lines)

    def blocked(self, blocked: Blocked | None) -> None:
        """The journal cannot be written (or can again): say so to whoever is there, unjournaled."""
        if blocked:
            self.trouble = Error(code="journal_blocked", message=blocked.message, retryable=True)
            self._audience.live(self.answer(self.trouble))
        else:
            self.trouble = None
            self.warn("journal_unblocked", "the journal can be written again; the run goes on")

    def warn(self, code: str, message: str) -> None:
        """Tell whoever is there something that is no fact of the run."""
        self._audience.live(self.answer(Diagnostic(code=code, message=message)))

    async def _bounded(self, event: Event) -> Event:
        """What is too big for the journal goes to an artifact, and the event keeps a part of it."""
        if isinstance(event, ToolFinished) and len(event.output) > OUTPUT_CHARACTERS:
            artifact = await self._keep(f"{event.call_id}.txt", event.output)
            return evolve(event, output=head_and_tail(event.output, OUTPUT_CHARACTERS), artifact=artifact)
        if isinstance(event, ToolStarted):
            return evolve(event, input={name: short(value) for name, value in event.input.items()})
        if isinstance(event, PatchProposed) and len(event.diff) > DIFF_CHARACTERS:
            artifact = await self._keep(f"{event.patch_id}.diff", event.diff)
            return evolve(event, diff=event.diff[:DIFF_CHARACTERS], artifact=artifact)
        if isinstance(event, WorkspaceDiff) and len(event.diff) > DIFF_CHARACTERS:
            artifact = await self._keep(f"turn-{event.turn}.diff", event.diff)
            return evolve(event, diff=event.diff[:DIFF_CHARACTERS], artifact=artifact)
        return event

    async def _keep(self, name: str, text: str) -> Artifact | None:
        return await self._artifacts.save(name, self._redactor.text(text))


def short(argument: object) -> object:
    """An argument as it stands in the journal: one that is too long, or nested too deep to be read, is a text."""
    kept, text = argument, ""
    if isinstance(argument, str):
        text = argument
    elif nests_deeper(argument, INPUT_LEVELS):
        return "… nested too deep to be kept …"
    elif isinstance(argument, dict | list):
        text = json.dumps(argument, ensure_ascii=False)
    return head_and_tail(text, INPUT_CHARACTERS) if len(text) > INPUT_CHARACTERS else kept


def head_and_tail(text: str, limit: int) -> str:
    """The beginning and the end of `text`, with how much is left out between them."""
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
