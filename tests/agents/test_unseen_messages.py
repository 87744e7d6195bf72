"""What agents never said yet: every recorded message, changed in every way, costs itself and nothing more."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.patch import PatchApplied, PatchProposed, PatchRejected
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from tests.agents.replay import RECORDINGS, Message, Recording, Replay

Path = tuple[str | int, ...]
ODD = ("agent_message_odd", "agent_message_unknown")
STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 10**400, 0.5, -1e300, "", "brand_new", "\ud800 torn", "a\0b", "x" * 70_000,
    [], [None], ["brand_new"], [[]], {}, {"brand_new": 1}, {"type": "brand_new"}, [{"type": "brand_new"}],
)  # fmt: skip
"""Values that no agent gives where something else is meant."""
DROP, ADD = object(), object()
GIVEN_FOR_GOOD = ("always", "acceptForSession", "Amendment", "updatedPermissions")


def every(event_type: type[Any], events: Sequence[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, event_type)]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a message."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def changed(message: Message, path: Path, into: Any) -> Message:
    """The message with something else at a place."""
    found = deepcopy(message)
    holder: Any = found
    for key in path[:-1]:
        holder = holder[key]
    if into is DROP:
        del holder[path[-1]]
    elif into is ADD:
        if isinstance(holder, dict):
            holder["brandNew"] = {"more": [1]}
        else:
            holder.append({"brandNew": 1})
    else:
        holder[path[-1]] = into
    return found


def played(replay: Replay, messages: Sequence[Message]) -> list[Event]:
    events: list[Event] = []
    for message in messages:
        events += replay.take(json.dumps(message).encode())
    return [*events, *replay.end()]


def check(recording: Recording, replay: Replay, events: Sequence[Event]) -> None:
    """What holds of a run whatever its agent says."""
    started = [event.call_id for event in every(ToolStarted, events)]
    assert len(set(started)) == len(started)
    assert sorted(started) == sorted(event.call_id for event in every(ToolFinished, events))
    settled = [event.patch_id for event in events if isinstance(event, PatchApplied | PatchRejected)]
    assert sorted(settled) == sorted(event.patch_id for event in every(PatchProposed, events))
    agents = [event.agent_id for event in every(AgentSpawned, events)]
    assert len(set(agents)) == len(agents)
    assert {event.agent_id for event in every(ToolStarted, events)} <= set(agents)
    assert {event.agent_id for event in every(AgentFinished, events)} <= set(agents)
    for event in every(Diagnostic, events):
        if event.code in ODD:
            assert event.message.startswith(f"{recording.agent} s")
    state = RunState()
    for number, event in enumerate(events, 1):
        state = reduce(state, decode_event(encode(event.model_copy(update={"seq": number}))))
    assert digest(state)
    assert not [word for word in GIVEN_FOR_GOOD if word in json.dumps(replay.answers)]


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
def test_nothing_that_was_ever_recorded_is_odd(recording: Recording):
    replay = recording.start()
    events = played(replay, list(recording.messages()))
    check(recording, replay, events)
    assert [event.message for event in every(Diagnostic, events) if event.code in ODD] == []


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=some.data())
def test_a_message_that_was_changed_costs_itself_and_nothing_more(
    recording: Recording, data: some.DataObject
):
    messages = list(recording.messages())
    for _ in range(data.draw(some.integers(1, 4))):
        number = data.draw(some.integers(0, len(messages) - 1))
        found = list(places(messages[number]))
        if found:
            path = data.draw(some.sampled_from(found))
            messages[number] = changed(
                messages[number], path, data.draw(some.sampled_from((DROP, ADD, *STRANGE)))
            )
    replay = recording.start()
    check(recording, replay, played(replay, messages))


@pytest.mark.parametrize("recording", RECORDINGS, ids=str)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.data())
def test_messages_that_are_lost_or_come_twice_or_too_early_break_nothing(
    recording: Recording, data: some.DataObject
):
    messages = list(recording.messages())
    for _ in range(data.draw(some.integers(1, 6))):
        number = data.draw(some.integers(0, len(messages) - 1))
        other = data.draw(some.integers(0, len(messages) - 1))
        match data.draw(some.sampled_from(("lost", "twice", "early"))):
            case "lost" if len(messages) > 1:
                del messages[number]
            case "twice":
                messages.insert(other, messages[number])
            case _:
                messages.insert(min(number, other), messages.pop(max(number, other)))
    replay = recording.start()
    check(recording, replay, played(replay, messages))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("codex-decline", {"method": "thread/brandNew", "params": {}}),
        ("codex-decline", {"method": "item/started", "params": {"item": {"type": "brandNew", "id": "x"}}}),
        ("claude-code-denied", {"type": "brandNew"}),
        ("claude-code-denied", {"type": "system", "subtype": "brandNew"}),
        ("claude-code-denied", {"type": "stream_event", "event": {"type": "brandNew"}}),
        ("claude-code-denied", {"type": "system", "subtype": "task_started", "task_type": "brandNew"}),
        ("acp-opencode", {"method": "session/update", "params": {"update": {"sessionUpdate": "brandNew"}}}),
        ("acp-gemini", {"method": "brandNew/told", "params": {}}),
    ],
)
def test_what_is_of_an_unknown_kind_is_told_once_by_name(name: str, line: Message):
    recording = next(each for each in RECORDINGS if each.name == name)
    replay = recording.start()
    told = played(replay, [*recording.messages(), line, line])
    said = [event.message for event in every(Diagnostic, told) if event.code in ODD]
    assert len(said) == 1
    assert said[0].startswith(f"{recording.agent} sent ")
    assert "brandNew" in said[0]


def test_an_agent_that_speaks_another_language_is_not_told_of_for_ever():
    replay = RECORDINGS[0].start()
    told = played(replay, [{"method": f"other/{number}", "params": {}} for number in range(1_000)])
    assert len(every(Diagnostic, told)) == 21
    assert "nothing more is told" in every(Diagnostic, told)[-1].message
