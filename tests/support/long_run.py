"""Ended runs of many events, as their hosts left them, in which something was said at one place or another."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from mogplex_contracts.codec import encode
from mogplex_contracts.events import Event
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.reduce.evolve import evolve
from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.checkpoint import load_state
from mogplex_daemon.runs.lock import HostLock
from mogplex_daemon.runs.metadata import RunMetadata, save_metadata
from tests.support.story import spawned, started

RUN = "run_0000000001aa"


def write_stream(path: Path, events: int, said: Mapping[int, str]) -> None:
    """A journal of so many events, with what the person said by the number of the event."""
    with path.open("wb") as stream:
        for seq, event in enumerate(_events(events, said), start=1):
            ts = f"2026-01-01T{seq // 3600 % 24:02}:{seq // 60 % 60:02}:{seq % 60:02}.000Z"
            stream.write(encode(evolve(event, run_id=RUN, seq=seq, id=f"evt_{seq}", ts=ts)) + b"\n")


def write_run(home: Home, events: int, said: Mapping[int, str]) -> None:
    """The same as a run of a home."""
    folder = home.run(RUN)
    folder.root.mkdir(parents=True)
    write_stream(folder.journal, events, said)
    HostLock(folder.lock).release()
    state, _ = load_state(folder.journal, folder.checkpoint)
    save_metadata(folder.metadata, RunMetadata.of(state, None, folder.socket))


def _events(events: int, said: Mapping[int, str]) -> Iterator[Event]:
    yield started()
    yield spawned()
    for seq in range(3, events):
        call_id = f"call_{(seq - 1) // 2}"
        if seq in said:
            yield UserMessage(message_id=f"msg_{seq}", text=said[seq])
        elif seq % 2:
            yield ToolStarted(
                call_id=call_id,
                agent_id="agt_1",
                tool="read_file",
                action="read",
                target=f"src/file_{seq}.ts",
            )
        else:
            yield ToolFinished(call_id=call_id, outcome="ok", output=json.dumps({"read": seq}))
    yield RunStatusChanged(status="completed")
