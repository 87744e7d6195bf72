import json
from pathlib import Path

import pytest

from mogplex_cli.export.exporter import Exporter
from mogplex_cli.export.request import ExportRequest, read_request
from mogplex_cli.transport.base import TransportFailed
from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.events.memory import MemoryWritten
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState
from mogplex_contracts.state.digest import digest
from mogplex_daemon.home.archive import Archive
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.redaction import Redactor
from tests.cockpit import scenes

pytestmark = pytest.mark.anyio
TOKEN = "ghp_" + "a1B2c3D4" * 5
EVIL = "| `tick` <script>\x1b[2J [x](y)"


@pytest.fixture
def anyio_backend():
    return "asyncio"


def everything(script):
    scenes.work(script)
    scenes.asks_patch(script)
    script.at(50, AssistantMessage, agent_id="agt_atlas", message_id="m9", text=f"{EVIL} {TOKEN}")
    script.at(51, MemoryWritten, key="auth", text="bearer tokens")
    for place in range(3):
        approval = {"approval_id": f"apr_{place}", "action": "run_command", "target": EVIL, "risk": "low",
                    "tool": "run_command", "agent_id": "agt_atlas"}  # fmt: skip
        script.at(52, ApprovalRequested, **approval)
        if place:
            script.at(53, ApprovalResolved, **approval, decision="approved" if place == 1 else "rejected",
                      note="not now", by=Operator(client_id="cli_1", label="ada@laptop"))  # fmt: skip


class Desk:
    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.folder = self.home.run(scenes.RUN_ID)
        self.folder.root.mkdir(parents=True)
        self.goes_on()

    def goes_on(self, *parts) -> None:
        self.events = scenes.scene(everything, *parts)
        self.told()

    def told(self) -> None:
        self.run = replay(self.events)
        self.folder.journal.write_bytes(b"".join(encode(event) + b"\n" for event in self.events))

    async def export(self, words: str, run: RunState | None = None) -> str:
        request = read_request(words)
        assert isinstance(request, ExportRequest)
        archive = Archive(self.folder.journal, self.run.run_id)

        async def ask(command):
            return archive.answer(command)

        exporter = Exporter(self.home, Redactor(["my-own-secret"]), lambda: scenes.START + 100)
        self.done = await exporter(ask, run or self.run, request)
        return self.done.path.read_text("utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home")


async def test_jsonl_gives_the_same_run_back(desk: Desk):
    lines = (await desk.export("jsonl")).splitlines()
    again = [decode_event(line) for line in lines]
    assert len(again) == len(desk.events)
    assert again[-1] == desk.events[-1]
    hidden = [event for event in desk.events if TOKEN not in encode(event).decode()]
    assert digest(replay(hidden)) == digest(
        replay([e for e in again if "[redacted]" not in encode(e).decode()])
    )


async def test_no_format_lets_a_secret_out(desk: Desk):
    for words in ("json", "jsonl", "markdown", "json timeline", "md timeline"):
        text = await desk.export(words)
        assert TOKEN not in text
        assert "[redacted]" in text or words == "md timeline"


async def test_a_secret_is_taken_out_before_its_text_is_escaped_or_cut(desk: Desk):
    def written(script):
        script.at(60, MemoryWritten, key=f"k {TOKEN}", text="x " * 140 + TOKEN)

    desk.goes_on(written)
    assert "ghp" not in await desk.export("markdown")


async def test_usage_that_nobody_reported_is_not_said_to_be_none(desk: Desk):
    desk.events = [event for event in desk.events if event.type != "usage_reported"]
    desk.told()
    text = await desk.export("markdown cost")
    assert "None was reported." in text and "| 0 |" not in text


async def test_what_nobody_decided_before_the_end_does_not_wait(desk: Desk):
    desk.goes_on(lambda script: script.at(60, RunStatusChanged, status="killed"))
    text = await desk.export("markdown approvals")
    assert "**waits**" not in text and "| run ended |" in text
    assert "All times are UTC." in text


async def test_json_is_one_object_with_every_part(desk: Desk):
    found = json.loads(await desk.export("json"))
    assert found["run"]["run_id"] == desk.run.run_id
    assert len(found["timeline"]) == desk.run.last_seq
    assert [each["decision"] for each in found["approvals"]][-3:] == [None, "approved", "rejected"]
    assert found["approvals"][-1]["decided_by"]["label"] == "ada@laptop"
    assert found["memory"][-1]["key"] == "auth"
    assert {each["name"] for each in found["agents"]} == {each.name for each in desk.run.agents.values()}
    assert found["cost"]["total"]["cost_usd"] == desk.run.usage.total.cost_usd
    assert found["changes"]


async def test_a_scope_leaves_the_other_parts_out(desk: Desk):
    found = json.loads(await desk.export("json approvals"))
    assert set(found) == {"format", "version", "exported_at", "scope", "run", "approvals"}
    lines = [json.loads(line)["type"] for line in (await desk.export("jsonl approvals")).splitlines()]
    assert all(each.startswith(("run_", "approval_")) for each in lines)
    assert "approval_requested" in lines


async def test_markdown_obeys_no_agent(desk: Desk):
    text = await desk.export("markdown")
    assert "\x1b" not in text and "␛" in text
    row = next(line for line in text.splitlines() if "ada@laptop" in line)
    assert row.replace("\\|", "").count("|") == 8
    assert "**waits**" in text and "“not now”" in text


async def test_the_file_is_private_whole_and_in_the_runs_own_folder(desk: Desk):
    await desk.export("json")
    assert desk.done.path.parent == desk.folder.exports
    assert desk.done.path.stat().st_mode & 0o777 == 0o600
    assert desk.folder.exports.stat().st_mode & 0o777 == 0o700
    assert desk.done.size == desk.done.path.stat().st_size
    assert [each.name for each in desk.folder.exports.iterdir()] == [desk.done.path.name]


async def test_an_export_of_an_earlier_place_ends_there(desk: Desk):
    past = replay(desk.events[:10])
    lines = (await desk.export("jsonl", past)).splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, 11))


async def test_a_run_that_is_not_of_this_machine_is_exported_beside_the_runs(desk: Desk):
    strange = desk.run.model_copy(update={"run_id": "../../etc/run", "last_seq": 0})
    await desk.export("json agents", strange)
    assert desk.done.path.parent.parent == desk.home.exports


async def test_nothing_is_left_behind_when_the_events_cannot_be_had(desk: Desk):
    async def ask(command):
        raise TransportFailed("the link was lost")

    exporter = Exporter(desk.home, Redactor(), lambda: scenes.START)
    with pytest.raises(TransportFailed):
        await exporter(ask, desk.run, ExportRequest("json"))
    assert list(desk.folder.exports.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("yaml", "yaml is no format"), ("full", "name a format"), ("json json", "json is no format")],
)
def test_a_request_that_is_none_says_what_there_is(words: str, wrong: str):
    assert wrong in str(read_request(words))
