import pytest

from mogplex_cli.headless.rules import rule_on
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.permissions import Layer, PermissionLayers, Rule
from mogplex_contracts.vocabulary import ActionKind, Level, PermissionMode


def request(action: ActionKind, target: str, *descriptors: str) -> ApprovalRequested:
    return ApprovalRequested(
        approval_id="apr_1",
        action=action,
        target=target,
        descriptors=descriptors,
        risk="medium",
        tool="t",
        agent_id="agt_1",
    )


def layers(*rules: tuple[str, Level], mode: PermissionMode = "approval") -> PermissionLayers:
    own = tuple(Rule(pattern, level, "global", "/permissions.json") for pattern, level in rules)
    return PermissionLayers(global_layer=Layer("/permissions.json", mode, own))


def test_a_rule_that_allows_approves_and_says_which_it_was() -> None:
    ruling = rule_on(
        request("run_command", "pnpm test", "bash:pnpm test"), layers(("bash:pnpm test*", "allow"))
    )
    assert ruling.decision == "approve"
    assert "bash:pnpm test* is allow · global · /permissions.json" in ruling.reason


def test_a_rule_that_denies_rejects() -> None:
    ruling = rule_on(
        request("run_command", "rm -rf /", "bash:rm -rf /"), layers(("bash:rm *", "deny"), ("bash:*", "ask"))
    )
    assert ruling.decision == "reject"


def test_what_no_rule_decides_is_left_to_a_person() -> None:
    assert rule_on(request("run_command", "pnpm test", "bash:pnpm test"), layers()).decision is None


def test_a_request_that_does_not_say_what_it_is_about_is_left_to_a_person() -> None:
    assert rule_on(request("run_command", "pnpm test"), layers(("bash:*", "allow"))).decision is None


@pytest.mark.parametrize(
    ("action", "target", "descriptors"),
    [
        ("run_command", "rm -rf /", ("bash:git status",)),
        ("run_command", "rm -rf /", ("read:README.md",)),
        ("run_command", "git status", ("bash:git status", "read:README.md")),
        ("delete_file", "src/a.py", ("delete:tmp/b",)),
        ("delete_file", "src/a.py", ("write:src/a.py",)),
        ("write_memory", "key", ("memory:other",)),
        ("apply_patch", "src/a.py", ("read:src/a.py",)),
        ("use_remote_tool", "deploy", ("bash:git status",)),
        ("change_model", "big", ("mcp:big",)),
    ],
)
def test_a_request_that_says_it_is_about_something_else_is_never_approved(
    action: ActionKind, target: str, descriptors: tuple[str, ...]
) -> None:
    everything = [
        (f"{kind}:*", "allow") for kind in ("bash", "read", "write", "delete", "memory", "mcp", "model")
    ]
    everything += [("write:**", "allow"), ("read:**", "allow"), ("delete:**", "allow")]
    asked = request(action, target, *descriptors)
    for mode in ("approval", "auto"):
        assert rule_on(asked, layers(*everything, mode=mode)).decision is None


def test_a_request_that_says_it_is_about_something_else_may_be_rejected() -> None:
    assert (
        rule_on(request("run_command", "x", "bash:rm a"), layers(("bash:rm *", "deny"))).decision == "reject"
    )
