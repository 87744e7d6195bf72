import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_contracts.patterns import covers, parse_pattern
from mogplex_contracts.permissions import Layer, PermissionLayers, Rule, resolve
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.remember import (
    allowing,
    back_test,
    no_longer_allowing,
    offers,
    without_effect,
)
from mogplex_contracts.state.approval import ResolvedApproval
from mogplex_contracts.vocabulary import Decision
from tests.support.story import asked

PROJECT = "/home/ada/.mogplex/projects/web/permissions.json"


def offered(*descriptors: str) -> dict[str, tuple[str, ...]]:
    return {offer.breadth: offer.patterns for offer in offers(descriptors)}


@pytest.mark.parametrize(
    ("descriptor", "exact", "prefix", "tool"),
    [
        ("bash:pnpm test auth", "bash:pnpm test auth", ("bash:pnpm test", "bash:pnpm test *"), "bash:*"),
        ("bash:cat a.txt", "bash:cat a.txt", ("bash:cat", "bash:cat *"), "bash:*"),
        ("bash:ls *.py", r"bash:ls \*.py", ("bash:ls", "bash:ls *"), "bash:*"),
        ("write:src/web/a.py", "write:src/web/a.py", ("write:src/web/**",), "write:**"),
        ("delete:old/a.py", "delete:old/a.py", ("delete:old/**",), "delete:**"),
        ("memory:review/auth", "memory:review/auth", ("memory:review/*",), "memory:*"),
        ("mcp:linear/issues", "mcp:linear/issues", ("mcp:linear/*",), "mcp:*"),
    ],
)
def test_a_request_offers_itself_its_like_and_its_kind(descriptor, exact, prefix, tool):
    assert offered(descriptor) == {"exact": (exact,), "prefix": prefix, "tool": (tool,)}


@pytest.mark.parametrize(
    "line",
    [
        "python -c 'print(1)'",
        "python3.11 run.py",
        "bash x.sh",
        "npx something",
        "node a.js",
        "ssh host ls",
        "echo $(date)",
        "echo a > b",
        "eval ls",
        "$PROGRAM x",
        "ls && python x.py",
    ],
)
def test_no_prefix_is_offered_where_the_first_words_say_nothing(line: str):
    assert "prefix" not in offered(f"bash:{line}")


def test_every_command_of_a_line_needs_its_own_prefix():
    assert offered("bash:git status && rm -rf build")["prefix"] == (
        "bash:git status",
        "bash:git status *",
        "bash:rm",
        "bash:rm *",
    )


def test_a_patch_of_several_files_offers_each_of_them():
    assert offered("write:src/a.py", "delete:lib/b.py") == {
        "exact": ("write:src/a.py", "delete:lib/b.py"),
        "prefix": ("write:src/**", "delete:lib/**"),
        "tool": ("write:**", "delete:**"),
    }


def test_files_at_the_top_have_no_folder_and_outside_ones_are_no_kind():
    assert offered("write:a.py") == {"exact": ("write:a.py",), "tool": ("write:**",)}
    assert "tool" not in offered("write:/etc/hosts")


def test_a_prefix_ends_at_a_word():
    layers = allowing(PermissionLayers(), offered("bash:pnpm test")["prefix"], "run")
    assert resolve(layers, "bash:pnpm test").level == "allow"
    assert resolve(layers, "bash:pnpm test --watch").level == "allow"
    assert resolve(layers, "bash:pnpm testament").level == "ask"


COMMANDS = st.lists(
    st.sampled_from(
        (
            "git status",
            "rm -rf x",
            "pnpm test",
            "a|b",
            "&&",
            ";",
            "$(x)",
            "> f",
            "*",
            "\\",
            "'q'",
            "sudo",
            "\n",
        )
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(COMMANDS | st.text(max_size=30))
def test_every_wider_offer_covers_the_exact_one_or_answers_the_request(line: str):
    found = offered(f"bash:{line}")
    if "exact" in found and "tool" in found:
        assert covers(parse_pattern(found["tool"][0]), parse_pattern(found["exact"][0]))
    for patterns in found.values():
        layers = allowing(PermissionLayers(), patterns, "run")
        rules = [rule.pattern for rule in layers.rules if rule.source == "run"]
        assert rules == list(patterns)


@given(COMMANDS, COMMANDS)
def test_a_prefix_never_answers_a_line_with_another_command_in_it(line: str, other: str):
    patterns = offered("bash:git status").get("prefix", ())
    layers = allowing(PermissionLayers(), patterns, "run")
    decided = resolve(layers, f"bash:{line}\nrm -rf {other}")
    assert decided.level != "allow"


def past(target: str, decision: Decision = "approved") -> ResolvedApproval:
    return ResolvedApproval(
        approval_id=f"apr_{target}",
        decision=decision,
        action="run_command",
        target=target,
        risk="medium",
        agent_id="agt_1",
        at="",
        descriptors=(f"bash:{target}",),
    )


def test_a_back_test_counts_what_people_were_asked_and_never_what_rules_decided():
    history = [past("pnpm test"), past("pnpm test a", "rejected"), past("rm x"), past("ls", "auto_approved")]
    test = back_test(PermissionLayers(), ("bash:pnpm test", "bash:pnpm test *"), history)
    assert ([each.target for each in test.answered], test.asked) == (["pnpm test", "pnpm test a"], 3)


def test_a_rule_that_another_one_beats_is_told_before_it_is_made():
    rule = Rule("bash:pnpm test --watch*", "deny", "global", "/home/ada/.mogplex/permissions.json")
    layers = PermissionLayers(Layer("", None, (rule,)))
    request = evolve(asked(), descriptors=("bash:pnpm test --watch",))
    reason = without_effect(layers, request, ("bash:pnpm test *",))
    assert "bash:pnpm test --watch* is deny" in reason
    assert without_effect(PermissionLayers(), request, ("bash:pnpm test *",)) == ""


@pytest.mark.parametrize("scope", ["run", "project", "global"])
def test_what_is_taken_back_is_asked_again(scope):
    layers = allowing(PermissionLayers(), ("bash:ls", "bash:ls *"), scope, PROJECT)
    assert resolve(layers, "bash:ls -l").level == "allow"
    assert resolve(no_longer_allowing(layers, "bash:ls *", scope), "bash:ls -l").level == "ask"
    assert resolve(no_longer_allowing(layers, "bash:ls *", scope), "bash:ls").level == "allow"


def test_taking_back_leaves_what_denies():
    layers = PermissionLayers(Layer("", None, (Rule("bash:ls", "deny", "global", "f"),)))
    assert no_longer_allowing(layers, "bash:ls", "global") == layers
