"""What every harness must do, whatever program it drives: cases on the real program, through a real run host."""

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread

from mogplex_contracts.commands.run import ModelChange, RunKill, RunPause, RunResume
from mogplex_contracts.events.agent import AgentFinished, AgentSpawned
from mogplex_contracts.events.approval import ApprovalResolved
from mogplex_contracts.events.link import CommandAccepted
from mogplex_contracts.events.message import AssistantDelta, AssistantMessage
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.events.run import RunStarted
from mogplex_contracts.events.tool import ToolStarted
from mogplex_contracts.events.usage import UsageReported
from mogplex_contracts.ids import new_id
from mogplex_contracts.vocabulary import Capability
from mogplex_daemon.harness.registry import find_harness
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.script import MAIN, Answer, Cut, Hold, Run, Say, Script, Spawn, Status, Wait, WriteFile
from tests.agents.stage import SLOW, Stage, left_behind, listing, running, sleeping, staged

OTHER_MODEL = "fake-2"
NOTE = "use the other folder"


@dataclass(frozen=True)
class Case:
    """One thing a harness does. `needs`: the capability without which it is not asked for."""

    name: str
    title: str
    script: Callable[[Path], Script]
    """What the model answers; given a folder outside the workspace."""
    play: Callable[[Stage], Awaitable[None]]
    needs: Capability | None = None
    config: str = ""
    """The person's config.toml of Mogplex."""


async def conform(
    agent: AgentUnderTest,
    case: Case,
    root: Path,
    record: Callable[[str, object], None] = lambda name, value: None,
) -> None:
    """Play a case. Whatever it does, no process of the run is left and no file outside the workspace changed.

    `record` is pytest's record_property: what is said there goes into the table of docs/agents.md.
    """
    for name, value in (("agent", agent.harness), ("version", agent.version), ("case", case.name)):
        record(name, value)
    outside = root / "outside"
    outside.mkdir()
    script = agent.scripts.get(case.name, case.script)
    with agent.world(root, script(outside)) as world:
        home = Path(world.environ["HOME"])
        before = listing(home)
        async with staged(agent, world, root, outside, case.config) as stage:
            await case.play(stage)
            await stage.client.until_gone()
            await stage.host.ended()
            assert listing(home) == before
            assert not left_behind(stage.host.folder.root)


def says(*texts: str) -> Callable[[Path], Script]:
    return lambda outside: {MAIN: [[Say(text)] for text in texts]}


def answers(*made: Callable[[Path], Answer]) -> Callable[[Path], Script]:
    return lambda outside: {MAIN: [make(outside) for make in made]}


def always(answer: Answer) -> Callable[[Path], Script]:
    return lambda outside: {MAIN: [answer]}


def say(text: str) -> Callable[[Path], Answer]:
    return lambda outside: [Say(text)]


def asks(name: str, *more: str) -> Callable[[Path], Answer]:
    """Commands the agent asks for, one file outside the workspace each."""
    return lambda outside: [Run(f"touch {outside}/{each}", asks=True) for each in (name, *more)]


async def start(stage: Stage) -> None:
    await stage.approve_all()
    stage.ended("completed")
    begun = stage.client.of(RunStarted)[0]
    assert set(begun.capabilities) == find_harness(stage.agent.harness).capabilities
    agents = stage.client.of(AgentSpawned)
    assert [(agent.number, agent.role, agent.parent_id) for agent in agents] == [(1, "builder", None)]
    assert [(end.agent_id, end.status) for end in stage.client.of(AgentFinished)] == [
        (agents[0].agent_id, "completed")
    ]


async def deltas(stage: Stage) -> None:
    await stage.approve_all()
    whole = stage.client.of(AssistantMessage)[-1]
    pieces = [each.text for each in stage.client.of(AssistantDelta) if each.message_id == whole.message_id]
    assert len(pieces) > 1
    assert "".join(pieces) == whole.text == "One two three four five."


async def final_message(stage: Stage) -> None:
    await stage.approve_all()
    assert [message.text for message in stage.client.of(AssistantMessage)] == ["I look.", "All done."]
    assert stage.client.of(AgentFinished)[-1].summary == "All done."


async def tool(stage: Stage) -> None:
    await stage.approve_all()
    stage.ended("completed")
    failed = stage.finished["echo out; echo err >&2; exit 3"]
    assert (failed.outcome, failed.exit_code) == ("error", 3)
    assert "out" in failed.output
    assert "err" in failed.output


async def approve(stage: Stage) -> None:
    request = await stage.asked()
    target = stage.outside / "one"
    assert request.action == "run_command"
    assert request.descriptors == (f"bash:touch {target}",)
    assert f"touch {target}" in request.detail
    assert not target.exists()
    await stage.client.decide(request, approve=True)
    await stage.approve_all()
    assert target.exists()
    assert stage.finished[f"touch {target}"].outcome == "ok"


async def reject(stage: Stage) -> None:
    request = await stage.asked()
    await stage.client.decide(request, approve=False, note=NOTE)
    await stage.approve_all()
    stage.ended("completed")
    assert not (stage.outside / "one").exists()
    assert stage.finished[f"touch {stage.outside}/one"].outcome == "denied"
    assert NOTE in stage.world.heard()


async def reject_patch(stage: Stage) -> None:
    request = await stage.asked()
    target = stage.outside / "new.txt"
    assert request.action == "apply_patch"
    assert request.descriptors == (f"write:{target}",)
    assert "+hello" in request.detail
    await stage.client.decide(request, approve=False, note=NOTE)
    await stage.approve_all()
    assert not target.exists()
    assert stage.client.state.patches[request.patch_id or ""].status == "rejected"
    assert NOTE in stage.world.heard()


async def several(stage: Stage) -> None:
    """Both wait side by side, and the later one can be decided first."""
    first, second = await stage.asked(), await stage.asked()
    assert first.target != second.target
    assert set(stage.client.state.approvals.pending) == {first.approval_id, second.approval_id}
    await stage.client.decide(second, approve=True)
    await stage.client.decide(first, approve=False)
    await stage.approve_all()
    stage.ended("completed")
    assert [f"touch {path}" for path in stage.outside.iterdir()] == [second.target]


async def interrupt_tool(stage: Stage) -> None:
    client = stage.client
    await client.until(ToolStarted)
    await running(stage)
    await stage.interrupt()
    await stage.approve_all()
    stage.ended("completed")
    assert stage.finished[SLOW].outcome == "interrupted"
    assert not sleeping()
    assert "[interrupted]" in stage.world.heard()


async def interrupt_asking(stage: Stage) -> None:
    await stage.asked()
    await stage.interrupt()
    # It may have been told before the interrupt was acknowledged.
    withdrawn = stage.client.of(ApprovalResolved) or [await stage.client.until(ApprovalResolved)]
    assert withdrawn[-1].decision == "expired"
    await stage.approve_all()
    stage.ended("completed")
    assert not (stage.outside / "one").exists()


async def pause(stage: Stage) -> None:
    client, request = stage.client, await stage.asked()
    assert isinstance(await client.ask(RunPause()), CommandAccepted)
    await client.decide(request, approve=True)
    await client.until_status("paused")
    assert not (stage.outside / "one").exists()
    assert isinstance(await client.ask(RunResume()), CommandAccepted)
    await stage.approve_all()
    stage.ended("completed")
    assert (stage.outside / "one").exists()


async def steer(stage: Stage) -> None:
    client, request = stage.client, await stage.asked()
    said = await client.say("and mind the teapot")
    await client.answer(said)
    await client.decide(request, approve=True)
    await stage.approve_all()
    stage.ended("completed")
    assert "mind the teapot" in stage.world.heard()


async def follow_up(stage: Stage) -> None:
    client = stage.client
    await anyio.to_thread.run_sync(stage.world.wait_held)
    await client.answer(await client.say("now the second part"))
    stage.world.release()
    await stage.approve_all()
    stage.ended("completed")
    assert "now the second part" in stage.world.heard()


async def change_model(stage: Stage) -> None:
    client, request = stage.client, await stage.asked()
    command = ModelChange(id=new_id("cmd"), model=OTHER_MODEL)
    await client.send(command)
    await client.decide(await stage.asked(), approve=True)
    answer = await client.answer(command)
    assert isinstance(answer, CommandAccepted), answer
    await client.decide(request, approve=True)
    await stage.approve_all()
    stage.ended("completed")
    models = stage.world.models()
    assert models[0] != OTHER_MODEL
    assert models[-1] == OTHER_MODEL


async def usage(stage: Stage) -> None:
    await stage.approve_all()
    reports = stage.client.of(UsageReported)
    assert reports
    assert sum(report.input_tokens for report in reports) > 0
    assert sum(report.output_tokens for report in reports) > 0
    assert stage.client.state.usage.total.input_tokens == sum(report.input_tokens for report in reports)


async def sub_agents(stage: Stage) -> None:
    await stage.approve_all()
    stage.ended("completed")
    main, *subs = stage.client.of(AgentSpawned)
    assert [sub.parent_id for sub in subs] == [main.agent_id]
    assert any(event.agent_id == subs[0].agent_id for event in stage.client.of(AssistantMessage))
    assert {end.agent_id: end.status for end in stage.client.of(AgentFinished)} == {
        main.agent_id: "completed",
        subs[0].agent_id: "completed",
    }


def fails_with(*codes: str, says: str = "") -> Callable[[Stage], Awaitable[None]]:
    """The run fails, with one of these codes and a message that says this."""

    async def play(stage: Stage) -> None:
        await stage.approve_all()
        stage.ended("failed")
        told = {code: message for code, message in stage.errors.items() if code in codes}
        assert told, stage.errors
        assert says in " ".join(told.values())

    return play


async def cut_once(stage: Stage) -> None:
    await stage.approve_all()
    stage.ended("completed")
    assert stage.client.of(AssistantMessage)[-1].text == "Whole again."
    assert stage.client.of(Diagnostic)


async def crash(stage: Stage) -> None:
    client, request = stage.client, await stage.asked()
    stage.program().kill()
    resolved = await client.until(ApprovalResolved)
    assert (resolved.approval_id, resolved.decision) == (request.approval_id, "expired")
    if "resume" not in find_harness(stage.agent.harness).capabilities:
        await stage.approve_all()
        return stage.ended("failed")
    assert (await client.until(Diagnostic, where=lambda each: each.code == "agent_restarted")).message
    await stage.approve_all()
    stage.ended("completed")
    assert not (stage.outside / "one").exists()
    # The session goes on: what was said before the crash is still known.
    assert "begin" in stage.world.heard()
    return None


async def crash_twice(stage: Stage) -> None:
    client = stage.client
    await stage.asked()
    stage.program().kill()
    await client.until(Diagnostic, where=lambda each: each.code == "agent_restarted")
    await stage.asked()
    stage.program().kill()
    await stage.approve_all()
    stage.ended("failed")
    assert "agent_crashed" in stage.errors


async def kill(stage: Stage) -> None:
    client = stage.client
    await client.until(ToolStarted)
    await running(stage)
    await client.send(RunKill(id=new_id("cmd")))
    await client.until_gone()
    stage.ended("killed")
    assert not sleeping()


async def host_killed(stage: Stage) -> None:
    """SIGTERM to the host is a kill too."""
    await stage.asked()
    stage.host.process.send_signal(signal.SIGTERM)
    await stage.client.until_gone()
    stage.ended("killed")


IMPATIENT = "[agents]\npatience = 10\n"
"""Seconds that are waited for a model. codex has as long to say that it begins a turn, however busy the machine."""

CASES: tuple[Case, ...] = (
    Case("start", "starts and ends", says("Done."), start),
    Case("deltas", "text as it is written", says("One two three four five."), deltas),
    Case(
        "final-message",
        "last message is the answer",
        answers(lambda outside: [Say("I look."), Run("true")], say("All done.")),
        final_message,
    ),
    Case(
        "tool",
        "tool with output and exit code",
        answers(lambda outside: [Run("echo out; echo err >&2; exit 3")], say("It failed.")),
        tool,
    ),
    Case("approve", "approve", answers(asks("one"), say("Done.")), approve),
    Case("reject", "reject with a note", answers(asks("one"), say("Understood.")), reject),
    Case(
        "reject-patch",
        "reject a patch with a note",
        answers(lambda outside: [WriteFile(f"{outside}/new.txt", "hello")], say("Understood.")),
        reject_patch,
    ),
    Case("several", "several approvals at once", answers(asks("one", "two"), say("Done.")), several),
    Case(
        "interrupt-tool",
        "interrupt in the middle of a tool",
        answers(lambda outside: [Run(SLOW)], say("I sum up.")),
        interrupt_tool,
    ),
    Case(
        "interrupt-asking",
        "interrupt while it asks",
        answers(asks("one"), say("I sum up.")),
        interrupt_asking,
    ),
    Case("pause", "pause and resume", answers(asks("one"), say("Done.")), pause, "pause"),
    Case("steer", "told something in the middle", answers(asks("one"), say("I mind it.")), steer, "steer"),
    Case(
        "follow-up",
        "told something while it thinks",
        answers(lambda outside: [Hold(), Say("First.")], say("Second.")),
        follow_up,
    ),
    Case("model", "another model", answers(asks("one"), say("Done.")), change_model, "model"),
    Case("usage", "usage", says("Done."), usage),
    Case(
        "sub-agents",
        "agents of its own",
        lambda outside: {
            MAIN: [[Spawn("[child] count the files")], [Wait()], [Say("Both done.")]],
            "child": [[Say("I count."), Run("ls")], [Say("One file.")]],
        },
        sub_agents,
        "sub_agents",
    ),
    Case(
        "refused-credential",
        "credential refused (401)",
        always([Status(401, "Incorrect API key")]),
        fails_with("model_auth", says="401"),
    ),
    Case(
        "rate-limit",
        "rate limit (429)",
        always([Status(429, "Rate limit reached", {"retry-after": "1"})]),
        fails_with("model_rate_limit"),
    ),
    Case(
        "server-error", "server error (500)", always([Status(500, "boom")]), fails_with("model_unavailable")
    ),
    Case(
        "refused-connection",
        "no server there",
        lambda outside: {},
        fails_with("model_unreachable"),
        config=IMPATIENT,
    ),
    Case(
        "cut",
        "stream cut for good",
        always([Cut("Half a sen")]),
        fails_with("model_cut_off", "model_failed", "model_unavailable", "model_unreachable"),
        config=IMPATIENT,
    ),
    Case(
        "cut-once",
        "stream cut once",
        lambda outside: {MAIN: [[Cut("Half a sen")], [Say("Whole again.")]]},
        cut_once,
    ),
    Case("crash", "crash of the agent, session goes on", answers(asks("one"), say("Went on.")), crash),
    Case(
        "crash-twice",
        "second crash ends the run",
        answers(asks("one"), asks("two"), say("Never.")),
        crash_twice,
        "resume",
    ),
    Case("kill", "kill in the middle of a tool", answers(lambda outside: [Run(SLOW)]), kill),
    Case("host-killed", "kill while it asks", answers(asks("one")), host_killed),
)
"""Every case also proves that no process and no changed file of the person's is left."""


def cases_for(agent: AgentUnderTest) -> tuple[Case, ...]:
    """The cases an agent is put to."""
    able = find_harness(agent.harness).capabilities
    return tuple(
        case
        for case in CASES
        if case.name not in agent.leaves_out and (case.needs is None or case.needs in able)
    )
