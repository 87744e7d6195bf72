import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_cli.store.store import Store
from mogplex_cli.transport.base import Health, Incoming, NotStarted, TransportName
from mogplex_cli.transport.pace import FRAME_SECONDS
from mogplex_cli.transport.pump import INVALID_LINES_TOLD, Pump, coalesce
from mogplex_contracts.codec import encode
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.run import RunPause
from mogplex_contracts.events import Event
from mogplex_contracts.events.message import AssistantDelta, UserMessage
from mogplex_contracts.framing import Line, Oversized
from mogplex_contracts.reduce import replay
from tests.support.strategies import facts, journals, numbered

DELTAS = st.sampled_from([AssistantDelta]).flatmap(facts)


class Script:
    """A transport that gives what it was made of, and ends."""

    name: TransportName = "process"

    def __init__(self, items: Iterable[Incoming]) -> None:
        self.items = list(items)
        self.sent: list[Command] = []

    async def incoming(self) -> AsyncIterator[Incoming]:
        for item in self.items:
            yield item

    async def send(self, command: Command) -> None:
        self.sent.append(command)

    def archive(self, run_id: str) -> None:
        return None


class Log:
    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, event: str, **fields: Any) -> None:
        self.lines.append((event, fields))

    def of(self, event: str) -> list[dict[str, Any]]:
        return [fields for each, fields in self.lines if each == event]


def as_lines(events: Iterable[Event]) -> list[Line]:
    return [Line(number, encode(event)) for number, event in enumerate(events, start=1)]


def messages(count: int) -> list[Event]:
    return numbered([UserMessage(run_id="run_1", message_id=f"m{n}", text=str(n)) for n in range(count)])


async def pumped(items: Iterable[Incoming], store: Store, log: Log) -> Store:
    await Pump(Script(items), store, log).run()
    return store


@settings(max_examples=60)
@given(st.lists(st.one_of(DELTAS, journals(3).map(tuple)), max_size=20))
def test_joining_pieces_of_text_changes_no_state(parts: list[Any]):
    events = numbered([event for part in parts for event in (part if isinstance(part, tuple) else (part,))])
    assert replay(coalesce(list(events))) == replay(events)


def test_neighbouring_pieces_become_one():
    def piece(message_id: str, text: str) -> AssistantDelta:
        return AssistantDelta(agent_id="agt_1", message_id=message_id, text=text)

    joined = coalesce([piece("a", "1"), piece("a", "2"), piece("b", "3"), piece("a", "4")])
    assert [(event.message_id, event.text) for event in joined] == [("a", "12"), ("b", "3"), ("a", "4")]


@pytest.mark.anyio
async def test_everything_reaches_the_store_in_order():
    events = messages(300)
    store = await pumped(as_lines(events), Store(), Log())
    assert store.state.run == replay(events)


@pytest.mark.anyio
async def test_a_flood_is_told_to_subscribers_a_batch_at_a_time():
    seen: list[int] = []
    store = Store()
    begun = time.monotonic()
    store.subscribe(lambda state: state.run.last_seq, seen.append)
    await pumped(as_lines(messages(1_000)), store, Log())
    assert seen[-1] == 1_000
    assert seen == sorted(seen)
    # Beside those of its pace there are the one of who subscribes, the first, and the one of the end.
    assert len(seen) <= 3 + (time.monotonic() - begun) / FRAME_SECONDS


@pytest.mark.anyio
async def test_an_invalid_line_is_told_once_with_its_number_and_skipped():
    first, second = as_lines(messages(2))
    log = Log()
    store = await pumped([first, Line(7, b"nonsense"), second], Store(), log)
    assert store.state.notice is not None
    assert store.state.notice.text.startswith("line 7 of the stream: line: Invalid JSON")
    assert store.state.run == replay(messages(2))
    assert [fields["line"] for fields in log.of("invalid_line")] == [7]


@pytest.mark.anyio
async def test_a_line_that_was_too_long_is_told_with_its_number_and_size():
    store = await pumped([Oversized(3, 50 * 1024 * 1024)], Store(), Log())
    (entry,) = store.state.run.timeline.entries()
    assert entry.subject == "line 3 of the stream: 50 MiB long, 16 MiB is the limit; it is skipped"


@pytest.mark.anyio
async def test_garbage_without_end_is_counted_in_the_log_and_not_shown_without_end():
    log = Log()
    store = await pumped([Line(number, b"{") for number in range(1, 201)], Store(), log)
    assert store.state.run.timeline.count == INVALID_LINES_TOLD
    assert len(log.of("invalid_line")) == 200


@pytest.mark.anyio
async def test_health_and_a_run_that_did_not_start_reach_the_store():
    store = await pumped([Health("offline", "gone"), NotStarted("run_1", "no room")], Store(), Log())
    assert (store.state.connection.health, store.state.connection.reason) == ("offline", "gone")


@pytest.mark.anyio
async def test_commands_go_through_and_are_logged():
    script, log = Script([]), Log()
    command = RunPause(id="cmd_1", run_id="run_1")
    await Pump(script, Store(), log).send(command)
    assert script.sent == [command]
    assert log.of("command") == [{"type": "run_pause", "command_id": "cmd_1", "run_id": "run_1"}]


@pytest.mark.anyio
async def test_it_can_be_cancelled_while_it_waits():
    class Silent(Script):
        async def incoming(self) -> AsyncIterator[Incoming]:
            await anyio.sleep_forever()
            yield Health("nominal")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Pump(Silent([]), Store(), Log()).run)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
