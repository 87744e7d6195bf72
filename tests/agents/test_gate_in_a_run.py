"""The gate of a real run host: what a batch answers, and what permission files decide while a run works.

The agent asks for three commands at once: `pnpm test one`, `pnpm test two` and `pnpm test three`.
"""

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide, RememberAs, RuleRevoke
from mogplex_contracts.events.approval import ApprovalRequested, ApprovalResolved, RuleRevoked
from mogplex_contracts.events.link import CommandAccepted, CommandRejected
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.notice import Error
from mogplex_daemon.home.paths import Home
from tests.support.run_host import Bench, Client, decision

pytestmark = pytest.mark.anyio
AGENT = Path(__file__).with_name("acp_agent.py")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    command = shlex.join((sys.executable, str(AGENT), "three"))
    return Bench(
        Home(tmp_path / "home"), workspace, {"HOME": str(tmp_path)}, "approval", f"acp:{command}", "begin"
    )


async def waiting(client: Client, count: int) -> dict[str, ApprovalRequested]:
    """So many requests that wait, by the last word of what they ask for."""
    while len(client.state.approvals.pending) < count:
        await client.next()
    return {each.request.target.split()[-1]: each.request for each in client.state.approvals.pending.values()}


async def to_the_end(client: Client, approve: Callable[[ApprovalRequested], bool] = lambda _: False) -> str:
    """What the agent was answered: an option each, in the order it asked."""
    await client.to_the_end(approve)
    said = "".join(message.text for message in client.of(AssistantMessage))
    return said.removeprefix("I begin. ").partition("Heard")[0]


def together(*requests: ApprovalRequested) -> ApprovalDecide:
    choices = tuple(ApprovalChoice(approval_id=each.approval_id, digest=each.digest) for each in requests)
    return ApprovalDecide(choices=choices, decision="approve")


def decided(client: Client) -> dict[str, ApprovalResolved]:
    return {event.target.split()[-1]: event for event in client.of(ApprovalResolved)}


async def test_a_batch_answers_exactly_those_it_names(bench: Bench):
    async with bench.host() as host:
        client = await host.begin()
        asked = await waiting(client, 3)
        # Whoever decides saw two of them; the third came when they were on the screen.
        assert isinstance(await client.ask(together(asked["one"], asked["two"])), CommandAccepted)
        assert list(client.state.approvals.pending) == [asked["three"].approval_id]
        assert isinstance(await client.ask(decision(asked["three"], approve=False)), CommandAccepted)
        assert await to_the_end(client) == "yes yes no"
        assert [event.decision for event in decided(client).values()] == ["approved", "approved", "rejected"]
        assert host.replayed().approvals.counts == {"approved": 2, "rejected": 1}


async def test_a_batch_with_one_that_is_not_what_was_shown_answers_none(bench: Bench):
    async with bench.host() as host:
        client = await host.begin()
        asked = await waiting(client, 3)
        other = asked["two"].model_copy(update={"digest": "of something else"})
        answer = await client.ask(together(asked["one"], other))
        assert isinstance(answer, CommandRejected) and answer.code == "digest_mismatch"
        assert len(client.state.approvals.pending) == 3 and not client.of(ApprovalResolved)
        assert await to_the_end(client) == "no no no"


async def test_a_batch_of_which_one_is_decided_already_answers_none_of_the_others(bench: Bench):
    async with bench.host() as host:
        client = await host.begin()
        asked = await waiting(client, 3)
        await client.ask(decision(asked["two"], approve=False))
        answer = await client.ask(together(asked["one"], asked["two"]))
        assert isinstance(answer, CommandRejected) and answer.code == "already_decided"
        assert set(client.state.approvals.pending) == {
            asked["one"].approval_id,
            asked["three"].approval_id,
        }
        assert await to_the_end(client) == "no no no"


async def test_the_most_specific_rule_of_the_files_decides_and_is_named(bench: Bench):
    rules = {"allow": ["bash:pnpm test *"], "deny": ["bash:pnpm test two"], "ask": ["bash:pnpm test three"]}
    file = bench.write_home("permissions.json", json.dumps({"version": 1, "rules": rules}))
    async with bench.host() as host:
        client = await host.begin()
        (request,) = (await waiting(client, 1)).values()
        assert (request.target, request.why.rule, request.why.level) == (
            "pnpm test three",
            "bash:pnpm test three",
            "ask",
        )
        assert await to_the_end(client, lambda _: True) == "yes no yes"
    found = decided(client)
    assert {name: (each.decision, each.why.rule if each.why else None) for name, each in found.items()} == {
        "one": ("auto_approved", "bash:pnpm test *"),
        "two": ("auto_rejected", "bash:pnpm test two"),
        "three": ("approved", None),
    }
    assert found["one"].why.origin == found["two"].why.origin == str(file)


async def test_what_a_broken_file_would_allow_is_asked_and_the_reason_is_told(bench: Bench):
    file = bench.write_home("permissions.json", '{"version": 1, "rules": {"allow": ["bash:*"]}')
    async with bench.host() as host:
        client = await host.begin()
        asked = await waiting(client, 3)
        assert {request.why.level for request in asked.values()} == {"ask"}
        assert str(file) in client.of(Error)[0].message
        assert await to_the_end(client) == "no no no"


async def test_a_rule_made_of_one_answers_those_that_wait_and_are_meant_by_it(bench: Bench):
    async with bench.host() as host:
        client = await host.begin()
        asked = await waiting(client, 3)
        rule = RememberAs(pattern="bash:pnpm test", more_patterns=("bash:pnpm test *",), where="global")
        command = together(asked["one"]).model_copy(update={"remember": rule})
        answer = await client.ask(command)
        assert isinstance(answer, CommandAccepted), answer
        assert await to_the_end(client) == "yes yes yes"
        found = decided(client)
        assert [found[name].decision for name in ("one", "two", "three")] == [
            "approved",
            "auto_approved",
            "auto_approved",
        ]
        assert found["two"].by is None and found["two"].why.rule == "bash:pnpm test *"
    written = json.loads((bench.home.root / "permissions.json").read_text())
    assert written["rules"]["allow"] == ["bash:pnpm test", "bash:pnpm test *"]


async def test_a_rule_that_is_taken_back_leaves_its_file_and_answers_nothing_more(bench: Bench):
    allowed = {"version": 1, "rules": {"allow": ["bash:pnpm test *"], "ask": ["bash:pnpm test two"]}}
    file = bench.write_home("permissions.json", json.dumps(allowed))
    async with bench.host() as host:
        client = await host.begin()
        asked = await waiting(client, 1)
        answer = await client.ask(RuleRevoke(pattern="bash:pnpm test *", where="global"))
        assert isinstance(answer, CommandAccepted), answer
        assert [event.pattern for event in client.of(RuleRevoked)] == ["bash:pnpm test *"]
        # Nothing that waits is answered by it.
        assert list(client.state.approvals.pending) == [asked["two"].approval_id]
        assert await to_the_end(client) == "yes no yes"
    assert json.loads(file.read_text())["rules"].get("allow", []) == []
