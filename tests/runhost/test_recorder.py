import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from mogplex_contracts.codec import decode_event
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage, UserMessage
from mogplex_contracts.events.patch import PatchProposed
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.reduce import replay
from mogplex_daemon.home.redaction import MARK, Redactor
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.journal.writer import JournalWriter
from mogplex_daemon.runhost.artifacts import ArtifactStore
from mogplex_daemon.runhost.recorder import DIFF_CHARACTERS, INPUT_CHARACTERS, OUTPUT_CHARACTERS, Recorder
from tests.support.story import asked, called, decided, spawned, started

pytestmark = pytest.mark.anyio

SECRET = "correct horse battery"
NOW = 1_767_225_600.5


class Bench:
    """A recorder over a real journal, with all that was told to the audience."""

    def __init__(self, root: Path) -> None:
        self.journal = root / "events.jsonl"
        self.artifacts = root / "artifacts"
        self.told: list[tuple[str, bytes]] = []
        self.in_journal_when_told: list[bool] = []
        self.recorder = Recorder(
            "run_1", Redactor([SECRET]), ArtifactStore(self.artifacts), self, clock=lambda: NOW
        )

    def grow(self, lines: list[bytes]) -> None:
        self.told += [("journaled", line) for line in lines]
        self.in_journal_when_told.append(self.journal.read_bytes().endswith(lines[-1] + b"\n"))

    def live(self, line: bytes) -> None:
        self.told.append(("live", line))

    @asynccontextmanager
    async def recording(self) -> AsyncIterator[Recorder]:
        journal = JournalWriter(
            self.journal, on_written=self.recorder.written, on_blocked=self.recorder.blocked
        )
        self.recorder.use(journal)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(journal.run)
            yield self.recorder
            journal.close()
        journal.release()

    @property
    def lines(self) -> list[bytes]:
        return self.journal.read_bytes().splitlines()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_a_fact_gets_its_envelope_and_is_journaled_before_anyone_hears_of_it(bench: Bench):
    by = Operator(client_id="cli_1", label="ada")
    async with bench.recording() as recorder:
        told = await recorder.emit(UserMessage(message_id="msg_1", text="hello"), by)
        assert bench.lines == [bench.told[0][1]]
    assert (told.run_id, told.seq, told.ts, told.by) == ("run_1", 1, "2026-01-01T00:00:00.500Z", by)
    assert told.id.startswith("evt_")
    assert decode_event(bench.lines[0]) == told
    assert bench.in_journal_when_told == [True]


async def test_what_is_live_only_goes_out_and_takes_no_number(bench: Bench):
    async with bench.recording() as recorder:
        await recorder.emit(AssistantDelta(agent_id="agt_1", message_id="m", text=f"it is {SECRET}"))
        await recorder.emit(AssistantMessage(agent_id="agt_1", message_id="m", text="done"))
    (kind, line), _ = bench.told
    assert kind == "live"
    assert json.loads(line)["text"] == f"it is {MARK}"
    assert json.loads(line)["seq"] is None
    assert [json.loads(line)["seq"] for line in bench.lines] == [1]


async def test_secrets_are_out_before_a_line_reaches_journal_state_or_artifact(bench: Bench):
    async with bench.recording() as recorder:
        await recorder.emit(called())
        await recorder.emit(
            ToolFinished(call_id="call_1", outcome="ok", output=f"{SECRET}\n" + "x" * OUTPUT_CHARACTERS)
        )
        await recorder.emit(UserMessage(message_id="m", text=f'{{"api_key": "{SECRET}"}}'))
    assert SECRET not in bench.journal.read_text()
    assert SECRET not in bench.recorder.state.model_dump_json()
    (artifact,) = bench.artifacts.iterdir()
    assert artifact.read_text() == f"{MARK}\n" + "x" * OUTPUT_CHARACTERS
    assert json.loads(decode_event(bench.lines[2]).text) == {"api_key": MARK}


async def test_a_long_output_is_kept_whole_in_an_artifact_and_short_in_the_journal(bench: Bench):
    output = "head " + "x" * 100_000 + " tail"
    async with bench.recording() as recorder:
        told = await recorder.emit(ToolFinished(call_id="call/../1", outcome="ok", output=output))
    assert told.output.startswith("head ")
    assert told.output.endswith(" tail")
    assert len(told.output) < OUTPUT_CHARACTERS + 100
    assert f"{len(output) - OUTPUT_CHARACTERS} characters left out" in told.output
    kept = bench.artifacts.parent / told.artifact.path
    assert kept.resolve().parent == bench.artifacts.resolve()
    assert kept.read_text() == output
    assert kept.stat().st_mode & 0o777 == 0o600
    assert told.artifact.bytes == len(output)


async def test_a_long_diff_is_kept_whole_in_an_artifact(bench: Bench):
    diff = "+x\n" * DIFF_CHARACTERS
    async with bench.recording() as recorder:
        told = await recorder.emit(PatchProposed(patch_id="pat_1", agent_id="agt_1", files=(), diff=diff))
    assert len(told.diff) == DIFF_CHARACTERS
    assert (bench.artifacts.parent / told.artifact.path).read_text() == diff


async def test_long_arguments_are_shortened_and_others_stay(bench: Bench):
    arguments = {"patch": "y" * 100_000, "n": 3, "short": "z"}
    async with bench.recording() as recorder:
        told = await recorder.emit(
            ToolStarted(call_id="c", agent_id="a", tool="t", action="read", input=arguments)
        )
    assert len(told.input["patch"]) < INPUT_CHARACTERS + 100
    assert (told.input["n"], told.input["short"]) == (3, "z")


async def test_arguments_that_are_deep_or_big_in_their_depth_can_be_read_by_everyone(bench: Bench):
    deep: object = "x"
    for _ in range(500):
        deep = [deep]
    arguments = {"deep": deep, "wide": ["y" * 1_000] * 1_000, "list": [1, {"two": 2}]}
    async with bench.recording() as recorder:
        told = await recorder.emit(
            ToolStarted(call_id="c", agent_id="a", tool="t", action="read", input=arguments)
        )
    assert "too deep" in told.input["deep"]
    assert len(told.input["wide"]) < INPUT_CHARACTERS + 100
    assert told.input["list"] == [1, {"two": 2}]


async def test_an_artifact_that_cannot_be_written_costs_the_rest_of_an_output(bench: Bench):
    bench.artifacts.write_text("a file in the place of the folder")
    async with bench.recording() as recorder:
        told = await recorder.emit(ToolFinished(call_id="c", outcome="ok", output="x" * 100_000))
    assert told.artifact is None
    assert told.output.startswith("xxx")


async def test_facts_of_several_agents_at_once_are_numbered_without_gaps(bench: Bench):
    async with bench.recording() as recorder, anyio.create_task_group() as tasks:
        for number in range(50):
            size = 30_000 if number % 7 == 0 else 10
            tasks.start_soon(
                recorder.emit, ToolFinished(call_id=f"c{number}", outcome="ok", output="x" * size)
            )
    assert [json.loads(line)["seq"] for line in bench.lines] == list(range(1, 51))


async def test_the_state_is_what_the_journal_makes(bench: Bench):
    events = [
        started(),
        spawned(),
        called(),
        asked(),
        decided("approved"),
        AssistantDelta(agent_id="agt_1", message_id="m", text="x"),
        AgentStatusChanged(agent_id="agt_1", status="editing"),
        ToolFinished(call_id="call_1", outcome="ok", output=f"{SECRET} \udcff " + "x" * 50_000),
    ]
    async with bench.recording() as recorder:
        for event in events:
            await recorder.emit(event)
    assert recorder.state == replay(read_events(bench.journal))
    assert recorder.state.missing == 0
