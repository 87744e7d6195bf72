"""Attach at any moment: whatever happens between, each client ends up with the whole run, once and in order."""

import tempfile
from pathlib import Path
from types import SimpleNamespace

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.commands.session import Attach, Detach, HistoryPage
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.link import Heartbeat, History, Snapshot
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, UserMessage
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce import reduce, replay
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_daemon.home.archive import PAGE_BYTES, Archive
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.home.redaction import Redactor
from mogplex_daemon.journal.checkpoint import load_state, save_checkpoint
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.journal.writer import JournalWriter
from mogplex_daemon.runhost.artifacts import ArtifactStore
from mogplex_daemon.runhost.audience import Audience, Follower
from mogplex_daemon.runhost.handlers import HANDLERS, Request
from mogplex_daemon.runhost.recorder import Recorder
from mogplex_daemon.server import replay as from_folder
from tests.support.house import House, attach, kill
from tests.support.run_host import Client
from tests.support.story import asked, called, decided, spawned, started

FACTS = (
    started(),
    spawned(),
    spawned("agt_2", 2),
    called(),
    asked(),
    asked("apr_2", "agt_2"),
    decided("approved"),
    decided("rejected", "apr_2"),
    AssistantDelta(agent_id="agt_1", message_id="msg_1", text="thinking "),
    AssistantMessage(agent_id="agt_1", message_id="msg_1", text="thought"),
    UserMessage(message_id="msg_2", text="go on"),
)
WHO = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.lists(st.sampled_from(FACTS), min_size=1, max_size=4)),
        st.tuples(st.just("append_many"), st.integers(250, 300)),
        st.tuples(st.just("checkpoint"), st.none()),
        st.tuples(st.just("attach"), st.tuples(WHO, st.none() | st.integers(0, 40))),
        st.tuples(st.just("attach_again"), WHO),
        st.tuples(st.just("detach"), WHO),
        st.tuples(st.just("take"), WHO),
    ),
    max_size=30,
)


class Viewer:
    """One client: what it was told since it attached last, and the run as it sees it."""

    def __init__(self) -> None:
        self.follower: Follower | None = None
        self.state = RunState()
        self.next_seq = 0
        """What must come next; 0 while a snapshot is waited for."""
        self.agreed = 0
        """Heartbeats that were compared."""

    def hear(self, line: bytes) -> None:
        event = decode_event(line)
        if isinstance(event, Snapshot):
            self.next_seq = event.at_seq + 1
        elif event.seq is not None:
            assert event.seq == self.next_seq, "no gap, no repeat"
            self.next_seq += 1
        self.state = reduce(self.state, event)
        if isinstance(event, Heartbeat) and self.state.last_seq == event.at_seq:
            assert event.digest == digest(self.state)
            self.agreed += 1


class Run:
    """The parts of a host that know the run, over a real journal; and three who look at it."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.audience = Audience(folder.journal)
        self.recorder = Recorder("run_1", Redactor(), ArtifactStore(folder.artifacts), self.audience)
        self.viewers = [Viewer() for _ in range(3)]

    async def carry_out(self, viewer: Viewer, command: Attach | Detach) -> None:
        follower = viewer.follower = viewer.follower or self.audience.join()

        def answer(event) -> None:
            self.audience.answer(follower, self.recorder.answer(event))

        request = Request(
            SimpleNamespace(audience=self.audience, recorder=self.recorder),
            follower,
            Operator(client_id="cli_1"),
            answer,
        )
        await HANDLERS[type(command)](request, command)

    async def attach(self, viewer: Viewer, after_seq: int | None) -> None:
        """A new connection, as it is after the old one was lost with whatever was on its way."""
        if viewer.follower is not None:
            self.audience.leave(viewer.follower)
            viewer.follower = None
        if after_seq is None:
            viewer.next_seq = 0
        else:
            # A client asks for what it lacks: it never has more than the host.
            have = min(after_seq, self.recorder.state.last_seq)
            viewer.state = replay(self.events()[:have])
            viewer.next_seq, after_seq = have + 1, have
        await self.carry_out(viewer, Attach(after_seq=after_seq))

    async def take(self, viewer: Viewer) -> bool:
        """One piece of what there is for it now."""
        if viewer.follower is None:
            return False
        with anyio.CancelScope() as scope:
            scope.cancel()
            for line in (await self.audience.next_piece(viewer.follower)).splitlines():
                viewer.hear(line)
            return True
        return False

    def events(self):
        return list(read_events(self.folder.journal)) if self.folder.journal.exists() else []


@settings(max_examples=40)
@given(STEPS)
def test_whoever_attaches_whenever_has_the_run_as_the_journal_tells_it(steps):
    with tempfile.TemporaryDirectory() as folder:
        anyio.run(live_through, RunFolder(Path(folder)), steps)


async def live_through(folder: RunFolder, steps) -> None:
    run = Run(folder)
    journal = JournalWriter(folder.journal, on_written=run.recorder.written, on_blocked=run.recorder.blocked)
    run.recorder.use(journal)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(journal.run)
        for step, argument in steps:
            await one_step(run, step, argument)
        for viewer in run.viewers:
            if viewer.follower is None or viewer.follower.offset is None:
                await run.attach(viewer, None)
            while await run.take(viewer):
                pass
            # So that every one has something to compare at the very end.
            await run.carry_out(viewer, Attach(after_seq=viewer.next_seq - 1 if viewer.next_seq else None))
            while await run.take(viewer):
                pass
        journal.close()
    journal.release()
    whole = replay(run.events())
    for viewer in run.viewers:
        assert viewer.state.last_seq == whole.last_seq
        assert digest(viewer.state) == digest(whole)
        assert viewer.agreed
    run.audience.close()
    served_from_disk(folder, whole)


async def one_step(run: Run, step: str, argument) -> None:
    match step:
        case "append":
            async with anyio.create_task_group() as tasks:
                for event in argument:
                    tasks.start_soon(run.recorder.emit, event)
        case "append_many":
            async with anyio.create_task_group() as tasks:
                for number in range(argument):
                    tasks.start_soon(run.recorder.emit, UserMessage(message_id="msg_2", text=f"{number}"))
        case "checkpoint":
            save_checkpoint(run.folder.checkpoint, run.recorder.state, run.audience.size)
        case "attach":
            who, after_seq = argument
            await run.attach(run.viewers[who], after_seq)
        case "attach_again":
            viewer = run.viewers[argument]
            await run.attach(viewer, viewer.next_seq - 1 if viewer.next_seq else None)
        case "detach":
            viewer = run.viewers[argument]
            if viewer.follower is not None:
                await run.carry_out(viewer, Detach())
        case _:
            await run.take(run.viewers[argument])


def served_from_disk(folder: RunFolder, whole: RunState) -> None:
    """What the daemon tells when the host is gone, from the last checkpoint on and from any event on."""
    if not whole.last_seq:
        return
    assert digest(from_folder.load(folder)) == digest(load_state(folder.journal, folder.checkpoint)[0])
    assert digest(from_folder.load(folder)) == digest(whole)
    lines = folder.journal.read_bytes().splitlines(keepends=True)
    for after_seq in {0, 1, whole.last_seq // 2, 255, 256, 257, whole.last_seq - 1, whole.last_seq}:
        if 0 <= after_seq <= whole.last_seq:
            assert b"".join(from_folder.lines_after(folder, after_seq)) == b"".join(lines[after_seq:])


@settings(max_examples=40)
@given(
    sizes=st.lists(st.sampled_from([10, 3_000, PAGE_BYTES // 3, PAGE_BYTES + 1]), min_size=1, max_size=30),
    before=st.integers(1, 40),
    limit=st.integers(1, 12),
)
def test_a_page_of_history_is_bounded_in_count_and_bytes_and_pages_join_without_a_gap(sizes, before, limit):
    with tempfile.TemporaryDirectory() as root:
        folder = RunFolder(Path(root))
        events = [
            UserMessage(run_id="run_1", seq=seq, message_id="msg_1", text="x" * size)
            for seq, size in enumerate(sizes, start=1)
        ]
        folder.journal.write_bytes(b"".join(encode(event) + b"\n" for event in events))
        seqs: list[int] = []
        archive = Archive(folder.journal, "run_1")
        while True:
            page = archive.answer(HistoryPage(id="cmd_1", before_seq=before, limit=limit))
            assert isinstance(page, History) and len(page.events) <= limit
            assert len(page.events) <= 1 or len(encode(page)) <= PAGE_BYTES + 1_000
            seqs = [event["seq"] for event in page.events] + seqs
            if not page.more:
                break
            before = page.events[0]["seq"]
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) == min(len(sizes), max(seqs, default=0))


@pytest.mark.anyio
async def test_real_processes_tell_the_same_run_to_who_comes_early_late_again_and_after_the_end(house: House):
    house.start()
    async with house.client() as early, house.client() as late, house.client() as again:
        run_id = await house.start_run(early)
        await early.send(attach(run_id, after_seq=0))
        request = await early.until(ApprovalRequested)
        await late.send(attach(run_id))
        await again.send(attach(run_id, after_seq=3), Detach(id=new_id("cmd")), attach(run_id, after_seq=5))
        await late.until(Snapshot)
        await again.until(ApprovalRequested)
        await late.send_decision(request, approve=True)
        await late.until(ApprovalRequested)
        await early.until(ApprovalRequested)
        kill(house.host_pid(run_id))
        for client in (early, late):
            await client.until_status("failed")
        whole = replay(read_events(house.home.run(run_id).journal))
        assert digest(early.state) == digest(late.state) == digest(whole)
        assert seqs_of(early) == list(range(1, whole.last_seq + 1))
        (snapshot,) = late.of(Snapshot)
        assert seqs_of(late) == list(range(snapshot.at_seq + 1, whole.last_seq + 1))
        await early.send(HistoryPage(id=new_id("cmd"), run_id=run_id, before_seq=9, limit=4))
        assert [event["seq"] for event in (await early.until(History)).events] == [5, 6, 7, 8]
    async with house.client() as after:
        await after.send(attach(run_id))
        assert digest((await after.until(Snapshot)).state) == digest(whole)
        await after.send(HistoryPage(id=new_id("cmd"), run_id="run_nowhere", before_seq=9))
        house.home.run(run_id).journal.unlink()
        await after.send(HistoryPage(id=new_id("cmd"), run_id=run_id, before_seq=9))
    assert house.daemon("status").returncode == 0, "a run that was removed by hand costs the daemon nothing"


def seqs_of(client: Client) -> list[int]:
    return [event.seq for event in client.events if event.seq is not None]
