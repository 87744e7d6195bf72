import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide, RememberAs, RuleRevoke
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events import Event
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved
from mogplex_contracts.permissions import Layer, PermissionLayers, Rule
from mogplex_contracts.reduce import reduce
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.remember import Scope
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import ActionKind, Level, PermissionMode
from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.runhost.gate import Gate
from mogplex_daemon.wire.commands import Refused

pytestmark = pytest.mark.anyio

FILE = "/home/ada/.mogplex/permissions.json"
ADA = Operator(client_id="cli_a", label="ada")
GRACE = Operator(client_id="cli_g", label="grace")


def command(
    text: str = "pnpm test", call_id: str = "call_1", kind: ActionKind = "run_command"
) -> ActionRequest:
    verb = {"run_command": "bash", "read": "read", "apply_patch": "write"}[kind]
    return ActionRequest(
        kind=kind,
        descriptor=f"{verb}:{text}",
        target=text,
        tool=kind,
        agent_id="agt_1",
        call_id=call_id,
        detail=text,
    )


@dataclass
class Bench:
    """A gate whose facts are numbered, kept, and reduced; `disk` holds them up until it is set."""

    events: list[Event] = field(default_factory=list)
    state: RunState = field(default_factory=RunState)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    told: anyio.Event = field(default_factory=anyio.Event)
    disk: anyio.Event | None = None

    async def emit(self, event: Event, by: Operator | None = None) -> Event:
        event = evolve(event, seq=len(self.events) + 1, by=by, ts="2026-01-01T00:00:00.000Z")
        self.events.append(event)
        if self.disk is not None and isinstance(event, ApprovalResolved):
            await self.disk.wait()
        await anyio.lowlevel.checkpoint()
        self.state = reduce(self.state, event)
        self.told.set()
        self.told = anyio.Event()
        return event

    def gate(
        self,
        level: Level | None = None,
        pattern: str = "bash:pnpm *",
        mode: PermissionMode | None = None,
        timeout: float | None = None,
        rule_files: dict[Scope, Path] | None = None,
        broken: tuple[str, ...] = (),
    ) -> Gate:
        rules = () if level is None else (Rule(pattern, level, "global", FILE),)
        return Gate(
            layers=PermissionLayers(Layer(FILE, None, rules), session_mode=mode, broken=broken),
            workspace="/repo",
            emit=self.emit,
            approvals=lambda: self.state.approvals,
            now=lambda: 1_767_225_600.0,
            timeouts={} if timeout is None else dict.fromkeys(("low", "medium", "high"), timeout),
            rule_files=rule_files,
        )

    async def ask(self, gate: Gate, action: ActionRequest) -> None:
        self.verdicts[action.call_id] = await gate.decide(action)

    async def asked(self, count: int = 1) -> list[ApprovalRequested]:
        while len(self.state.approvals.pending) < count:
            await self.told.wait()
        return [pending.request for pending in self.state.approvals.pending.values()]

    @property
    def resolved(self) -> list[ApprovalResolved]:
        return [event for event in self.events if isinstance(event, ApprovalResolved)]


def decide(*requests: ApprovalRequested, reject: bool = False, note: str = "") -> ApprovalDecide:
    return ApprovalDecide(
        choices=tuple(ApprovalChoice(approval_id=each.approval_id, digest=each.digest) for each in requests),
        decision="reject" if reject else "approve",
        note=note,
    )


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("reject", [False, True])
async def test_what_no_rule_decides_waits_for_a_person(bench: Bench, reject: bool):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        assert bench.verdicts == {}
        assert (request.target, request.detail, request.expires_at) == ("pnpm test", "pnpm test", None)
        assert request.why is not None
        await gate.answer(decide(request, reject=reject, note="because"), ADA)
        assert [event.decision for event in bench.resolved] == ["rejected" if reject else "approved"]
    assert bench.verdicts["call_1"] == Verdict("rejected" if reject else "approved", "because")
    (resolved,) = bench.resolved
    assert (resolved.by, resolved.call_id, resolved.why) == (ADA, "call_1", None)


@pytest.mark.parametrize(("level", "decision"), [("allow", "auto_approved"), ("deny", "auto_rejected")])
async def test_a_rule_decides_unasked_and_is_named_with_its_file(bench: Bench, level: Level, decision: str):
    verdict = await bench.gate(level).decide(command())
    assert verdict.decision == decision
    assert "bash:pnpm *" in verdict.note
    assert FILE in verdict.note
    (resolved,) = bench.resolved
    assert (resolved.decision, resolved.by) == (decision, None)
    assert (resolved.why.rule, resolved.why.origin, resolved.why.source) == ("bash:pnpm *", FILE, "global")


async def test_what_no_rule_may_decide_waits_for_a_person_even_where_one_allows_it(bench: Bench):
    gate = bench.gate("allow")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, replace(command(), ask_because="not confined"))
        (request,) = await bench.asked()
        assert request.why is not None
        assert "not confined" in request.why.explanation
        assert request.risk_reason.startswith("not confined")
        await gate.answer(decide(request), ADA)
    assert bench.verdicts["call_1"].decision == "approved"


async def test_what_no_rule_may_allow_is_still_denied_by_one(bench: Bench):
    verdict = await bench.gate("deny").decide(replace(command(), ask_because="not confined"))
    assert verdict.decision == "auto_rejected"


async def test_in_auto_mode_everything_is_allowed_and_told(bench: Bench):
    verdict = await bench.gate(mode="auto").decide(command("rm -rf /"))
    assert verdict.decision == "auto_approved"
    assert bench.resolved[0].risk == "high"


async def test_reading_is_no_fact_worth_telling(bench: Bench):
    assert (await bench.gate().decide(command("src/a.py", kind="read"))).allowed
    assert bench.events == []


async def test_every_descriptor_of_one_action_must_be_allowed(bench: Bench):
    gate = bench.gate("allow", "write:src/**")
    one = ActionRequest("apply_patch", "write:src/a.py", "src/a.py", "apply_patch", "agt_1", "call_1")
    assert (await gate.decide(one)).allowed
    two = ActionRequest(
        "apply_patch",
        "write:src/a.py",
        "2 files",
        "apply_patch",
        "agt_1",
        "call_2",
        more_descriptors=("write:b.py",),
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, two)
        (request,) = await bench.asked()
        assert request.descriptors == ("write:src/a.py", "write:b.py")
        await gate.answer(decide(request, reject=True), ADA)


async def test_an_approval_that_nobody_decides_in_time_expires_and_is_none(bench: Bench):
    verdict = await bench.gate(timeout=0.001).decide(command())
    assert not verdict.allowed
    assert verdict.decision == "expired"
    (request,) = [event for event in bench.events if isinstance(event, ApprovalRequested)]
    assert request.expires_at == "2026-01-01T00:00:00.001Z"
    assert (bench.resolved[0].decision, bench.resolved[0].by) == ("expired", None)


async def test_the_first_of_two_racing_decisions_wins_and_the_other_is_told_whose_it_was(bench: Bench):
    gate = bench.gate()
    refusals: list[Refused] = []

    async def race(request: ApprovalRequested, by: Operator, reject: bool) -> None:
        try:
            await gate.answer(decide(request, reject=reject), by)
        except Refused as refused:
            refusals.append(refused)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        tasks.start_soon(race, request, ADA, True)
        tasks.start_soon(race, request, GRACE, False)
    assert bench.verdicts["call_1"].decision == "rejected"
    assert len(bench.resolved) == 1
    (refused,) = refusals
    assert (refused.code, refused.by, refused.at) == ("already_decided", ADA, "2026-01-01T00:00:00.000Z")
    assert "already rejected by ada" in str(refused)
    with pytest.raises(Refused, match="already rejected by ada"):
        await gate.answer(decide(request), GRACE)


async def test_a_decision_about_something_else_than_what_was_shown_is_refused(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        with pytest.raises(Refused) as caught:
            await gate.answer(decide(evolve(request, digest="0" * 64)), ADA)
        assert caught.value.code == "digest_mismatch"
        assert list(bench.state.approvals.pending) == [request.approval_id]
        await gate.answer(decide(request), ADA)
    assert bench.verdicts["call_1"].allowed


async def test_a_digest_binds_action_target_and_detail(bench: Bench):
    gate = bench.gate()
    actions = [
        command("a b", "call_1"),
        command("a  b", "call_2"),
        evolve_detail(command("a b", "call_3"), "other"),
    ]
    async with anyio.create_task_group() as tasks:
        for action in actions:
            tasks.start_soon(bench.ask, gate, action)
        requests = await bench.asked(3)
        assert len({request.digest for request in requests}) == 3
        await gate.answer(decide(*requests), ADA)


def evolve_detail(action: ActionRequest, detail: str) -> ActionRequest:
    return ActionRequest(
        action.kind, action.descriptor, action.target, action.tool, action.agent_id, action.call_id, detail
    )


async def test_several_choices_are_carried_out_together_or_not_at_all(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        for number in (1, 2, 3):
            tasks.start_soon(bench.ask, gate, command(f"pnpm {number}", f"call_{number}"))
        first, second, third = await bench.asked(3)
        with pytest.raises(Refused, match="apr_nobody is not waiting"):
            await gate.answer(decide(first, evolve(second, approval_id="apr_nobody")), ADA)
        with pytest.raises(Refused, match="not what waits"):
            await gate.answer(decide(first, second, evolve(third, digest="x")), ADA)
        assert bench.verdicts == {}
        assert bench.resolved == []
        await gate.answer(decide(first, second, third), ADA)
    assert {verdict.decision for verdict in bench.verdicts.values()} == {"approved"}


async def test_an_agent_goes_on_only_when_the_decision_is_on_the_disk(bench: Bench):
    gate = bench.gate()
    bench.disk = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        answered = anyio.Event()

        async def answer() -> None:
            await gate.answer(decide(request), ADA)
            answered.set()

        tasks.start_soon(answer)
        while not bench.resolved:
            await anyio.lowlevel.checkpoint()
        await anyio.wait_all_tasks_blocked()
        assert not answered.is_set()
        assert bench.verdicts == {}
        with pytest.raises(Refused, match="already approved"):
            await gate.answer(decide(request, reject=True), GRACE)
        bench.disk.set()
    assert answered.is_set()
    assert bench.verdicts["call_1"].allowed


async def test_a_decision_stands_when_the_person_is_cut_off_before_it_is_on_the_disk(bench: Bench):
    gate = bench.gate()
    bench.disk = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        async with anyio.create_task_group() as connection:
            connection.start_soon(gate.answer, decide(request), ADA)
            await anyio.wait_all_tasks_blocked()
            connection.cancel_scope.cancel()
        bench.disk.set()
    assert bench.verdicts["call_1"].allowed
    assert bench.resolved[0].by == ADA


async def test_a_run_that_ends_before_a_decision_is_on_the_disk_refuses_it(bench: Bench):
    gate = bench.gate()
    bench.disk = anyio.Event()
    async with anyio.create_task_group() as run:
        run.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()

        async def answer() -> None:
            with pytest.raises(Refused, match="the run ended before"):
                await gate.answer(decide(request), ADA)

        with anyio.CancelScope(shield=True):
            async with anyio.create_task_group() as connection:
                connection.start_soon(answer)
                await anyio.wait_all_tasks_blocked()
                run.cancel_scope.cancel()
    assert bench.verdicts == {}


def whole_patch(hunks: int = 3, call_id: str = "call_1") -> ActionRequest:
    return ActionRequest(
        "apply_patch", "write:a.py", "a.py", "apply_patch", "agt_1", call_id, "the diff", hunks=hunks
    )


def keeping(request: ApprovalRequested, *kept: int) -> ApprovalDecide:
    choice = ApprovalChoice(approval_id=request.approval_id, digest=request.digest, kept_hunks=kept)
    return ApprovalDecide(choices=(choice,), decision="approve")


async def test_a_patch_can_be_approved_in_part_and_the_journal_tells_which(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, whole_patch())
        (request,) = await bench.asked()
        assert request.hunks == 3
        await gate.answer(keeping(request, 3, 1, 3), ADA)
    assert bench.verdicts["call_1"] == Verdict("approved", "", (1, 3))
    assert (bench.resolved[0].kept_hunks, bench.resolved[0].hunks) == ((1, 3), 3)


async def test_all_hunks_are_the_whole_patch(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, whole_patch())
        (request,) = await bench.asked()
        await gate.answer(keeping(request, 1, 2, 3), ADA)
    assert bench.verdicts["call_1"].kept_hunks is None


@pytest.mark.parametrize(
    ("hunks", "kept", "code"),
    [
        (3, (), "nothing_kept"),
        (3, (0,), "unknown_hunk"),
        (3, (4,), "unknown_hunk"),
        (0, (1,), "cannot_divide"),
    ],
)
async def test_what_cannot_be_kept_is_refused_and_decides_nothing(bench: Bench, hunks, kept, code):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, whole_patch(hunks))
        (request,) = await bench.asked()
        with pytest.raises(Refused) as caught:
            await gate.answer(keeping(request, *kept), ADA)
        assert (caught.value.code, bench.verdicts) == (code, {})
        await gate.answer(decide(request, reject=True), ADA)


def remembering(request: ApprovalRequested, where: Scope, *patterns: str) -> ApprovalDecide:
    rule = RememberAs(pattern=patterns[0], more_patterns=patterns[1:], where=where)
    return evolve(decide(request), remember=rule)


def files(tmp_path: Path) -> dict[Scope, Path]:
    return {"global": tmp_path / "home/permissions.json", "project": tmp_path / "home/p/permissions.json"}


@pytest.mark.parametrize("where", ["run", "project", "global"])
async def test_a_remembered_rule_is_written_journaled_and_answers_from_then_on(
    bench: Bench, tmp_path: Path, where: Scope
):
    there = files(tmp_path)
    gate = bench.gate(rule_files=there)
    patterns = ("bash:pnpm test", "bash:pnpm test *")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test auth"))
        (request,) = await bench.asked()
        await gate.answer(remembering(request, where, *patterns), ADA)
    remembered = bench.resolved[0].remembered
    assert remembered is not None
    assert (remembered.patterns, remembered.source) == (patterns, where)
    assert remembered.origin == str(there.get(where, ""))
    assert bench.state.approvals.rules == (remembered,)
    assert (await gate.decide(command("pnpm test --watch", "call_2"))).decision == "auto_approved"
    for scope, path in there.items():
        if scope == where:
            assert json.loads(path.read_text()) == {"version": 1, "rules": {"allow": list(patterns)}}
        else:
            assert not path.exists()


async def test_what_waits_too_and_is_allowed_now_goes_on_by_the_rule(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        for number, line in enumerate(("pnpm test a", "pnpm test b", "rm b"), 1):
            tasks.start_soon(bench.ask, gate, command(line, f"call_{number}"))
        first, second, third = sorted(await bench.asked(3), key=lambda each: each.call_id or "")
        await gate.answer(remembering(first, "run", "bash:pnpm test", "bash:pnpm test *"), ADA)
        assert bench.verdicts["call_2"].decision == "auto_approved"
        assert list(bench.state.approvals.pending) == [third.approval_id]
        by_rule = next(each for each in bench.resolved if each.approval_id == second.approval_id)
        assert (by_rule.by, by_rule.why and by_rule.why.rule) == (None, "bash:pnpm test *")
        await gate.answer(decide(third, reject=True), ADA)


@pytest.mark.parametrize(
    ("patterns", "code"),
    [
        (("bash:*t*",), "rule_not_offered"),
        (("bash:pnpm *",), "rule_not_offered"),
        (("bash:pnpm test", "bash:pnpm test *", "bash:rm *"), "rule_not_offered"),
        (("bash:pnpm test *",), "rule_not_offered"),
        (("write:**",), "rule_not_offered"),
    ],
)
async def test_a_rule_wider_or_other_than_what_is_offered_is_refused(bench: Bench, patterns, code):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test auth"))
        (request,) = await bench.asked()
        with pytest.raises(Refused) as caught:
            await gate.answer(remembering(request, "run", *patterns), ADA)
        assert (caught.value.code, bench.verdicts) == (code, {})
        await gate.answer(decide(request, reject=True), ADA)


async def test_a_rule_that_would_not_answer_its_own_request_is_refused(bench: Bench):
    gate = bench.gate("ask", "bash:pnpm test auth*")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test auth --watch"))
        (request,) = await bench.asked()
        with pytest.raises(Refused, match=r"bash:pnpm test auth\* is ask"):
            await gate.answer(remembering(request, "run", "bash:*"), ADA)
        await gate.answer(decide(request, reject=True), ADA)


async def test_a_file_that_is_broken_stays_as_it_is_and_nothing_is_decided(bench: Bench, tmp_path: Path):
    there = files(tmp_path)
    there["project"].parent.mkdir(parents=True)
    there["project"].write_text('{"version": 1, "rules": {,}}')
    gate = bench.gate(rule_files=there)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        with pytest.raises(Refused, match=r"permissions.json:1:\d+: not JSON"):
            await gate.answer(remembering(request, "project", "bash:pnpm test"), ADA)
        assert bench.verdicts == {}
        await gate.answer(decide(request, reject=True), ADA)
    assert there["project"].read_text() == '{"version": 1, "rules": {,}}'


async def test_a_rejection_makes_no_rule(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        with pytest.raises(Refused, match="only the approval"):
            await gate.answer(evolve(remembering(request, "run", "bash:pnpm test"), decision="reject"), ADA)
        await gate.answer(decide(request, reject=True), ADA)


async def test_a_revoked_rule_leaves_its_file_and_asks_again_at_once(bench: Bench, tmp_path: Path):
    there = files(tmp_path)
    gate = bench.gate(rule_files=there)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        await gate.answer(remembering(request, "project", "bash:pnpm test"), ADA)
        await gate.revoke(RuleRevoke(pattern="bash:pnpm test", where="project"), GRACE)
        tasks.start_soon(bench.ask, gate, command(call_id="call_2"))
        (again,) = await bench.asked()
        await gate.answer(decide(again, reject=True), ADA)
    assert json.loads(there["project"].read_text())["rules"]["allow"] == []
    assert bench.state.approvals.rules == ()
    assert bench.verdicts["call_2"].decision == "rejected"
    with pytest.raises(Refused, match="is not allowed by a rule"):
        await gate.revoke(RuleRevoke(pattern="bash:pnpm test", where="project"), GRACE)


async def test_a_call_that_is_interrupted_withdraws_its_request(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as call:
        call.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        call.cancel_scope.cancel()
    assert bench.verdicts == {}
    (resolved,) = bench.resolved
    assert (resolved.approval_id, resolved.decision, resolved.by) == (request.approval_id, "expired", None)
    assert resolved.note.startswith("withdrawn")
    with pytest.raises(Refused, match="already expired"):
        await gate.answer(decide(request), ADA)


async def test_a_batch_across_actions_is_refused_and_decides_nothing(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test a"))
        tasks.start_soon(bench.ask, gate, whole_patch(call_id="call_2"))
        requests = await bench.asked(2)
        with pytest.raises(Refused) as caught:
            await gate.answer(decide(*requests), ADA)
        assert (caught.value.code, bench.verdicts) == ("no_batch", {})
        for each in requests:
            await gate.answer(decide(each, reject=True), ADA)


async def test_a_rule_made_meanwhile_does_not_answer_what_only_a_person_may(bench: Bench):
    gate = bench.gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test a", "call_1"))
        tasks.start_soon(
            bench.ask, gate, replace(command("pnpm test b", "call_2"), ask_because="not confined")
        )
        first, second = sorted(await bench.asked(2), key=lambda each: each.call_id or "")
        await gate.answer(remembering(first, "run", "bash:pnpm test", "bash:pnpm test *"), ADA)
        assert list(bench.state.approvals.pending) == [second.approval_id]
        await gate.answer(decide(second, reject=True), ADA)
    assert bench.verdicts["call_2"].decision == "rejected"
    # What is asked from then on is a person's as well.
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(
            bench.ask, gate, replace(command("pnpm test c", "call_3"), ask_because="not confined")
        )
        (third,) = await bench.asked()
        assert third.why is not None and "no rule decides that" in third.why.explanation
        await gate.answer(decide(third), ADA)
    assert bench.verdicts["call_3"].decision == "approved"


async def test_a_rule_made_meanwhile_leaves_what_a_more_specific_one_asks_for(bench: Bench):
    gate = bench.gate("ask", "bash:pnpm test b*")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test a", "call_1"))
        tasks.start_soon(bench.ask, gate, command("pnpm test b", "call_2"))
        first, second = sorted(await bench.asked(2), key=lambda each: each.call_id or "")
        assert second.why is not None and second.why.rule == "bash:pnpm test b*"
        await gate.answer(remembering(first, "run", "bash:pnpm test", "bash:pnpm test *"), ADA)
        assert list(bench.state.approvals.pending) == [second.approval_id]
        await gate.answer(decide(second, reject=True), ADA)


async def test_while_a_permission_file_is_broken_what_a_rule_allows_is_asked_and_says_why(bench: Bench):
    gate = bench.gate("allow", broken=(FILE,))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command())
        (request,) = await bench.asked()
        assert request.why is not None
        assert (request.why.level, FILE in request.why.explanation) == ("ask", True)
        await gate.answer(decide(request, reject=True), ADA)
    assert bench.verdicts["call_1"].decision == "rejected"


async def test_while_a_permission_file_is_broken_a_deny_still_denies(bench: Bench):
    verdict = await bench.gate("deny", broken=(FILE,)).decide(command())
    assert verdict.decision == "auto_rejected"


async def test_while_a_permission_file_is_broken_no_rule_made_meanwhile_answers_what_waits(bench: Bench):
    gate = bench.gate(broken=(FILE,))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.ask, gate, command("pnpm test a", "call_1"))
        tasks.start_soon(bench.ask, gate, command("pnpm test b", "call_2"))
        first, second = sorted(await bench.asked(2), key=lambda each: each.call_id or "")
        with suppress(Refused):
            await gate.answer(remembering(first, "run", "bash:pnpm test", "bash:pnpm test *"), ADA)
        assert second.approval_id in bench.state.approvals.pending
        for pending in tuple(bench.state.approvals.pending.values()):
            await gate.answer(decide(pending.request, reject=True), ADA)
    assert "auto_approved" not in {verdict.decision for verdict in bench.verdicts.values()}
