import pytest

from mogplex_cli.actions.permissions import PERMISSIONS, explain_decision
from mogplex_contracts.permissions import Layer, PermissionLayers, Rule

GLOBAL = "/home/ada/.mogplex/permissions.json"
PROJECT = "/home/ada/.mogplex/projects/acme/permissions.json"


def layers(**more: object) -> PermissionLayers:
    return PermissionLayers(
        Layer(
            GLOBAL,
            None,
            (Rule("bash:git *", "allow", "global", GLOBAL), Rule("write:docs/**", "allow", "global", GLOBAL)),
        ),
        Layer(PROJECT, None, (Rule("bash:git push *", "deny", "project", PROJECT),)),
        **more,
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("bash:git status", ["why bash:git status", f"bash:git * is allow · global · {GLOBAL}"]),
        ("git status", ["why bash:git status", "allow: it happens unasked"]),
        ("git push origin main", ["deny: it never happens", f"bash:git push * is deny · project · {PROJECT}"]),
        ("bash:rm -rf /", ["ask: a person is asked", "bash:* is ask · default (approval mode)"]),
        ("mcp:linear/create_issue", ["ask: a person is asked", "mcp:* is ask · default (approval mode)"]),
        ("write:docs/a.md", ["allow: it happens unasked", f"write:docs/** is allow · global · {GLOBAL}"]),
        ("write:/repo/docs/a.md", ["why write:docs/a.md", "allow: it happens unasked"]),
        ("write:../docs/a.md", ["why write:/docs/a.md", "write:/** is ask · default (approval mode)"]),
    ],
)  # fmt: skip
def test_it_says_what_happens_which_rule_says_so_and_where_that_is_from(asked: str, said: list[str]):
    lines = explain_decision(layers(), asked, "/repo").splitlines()
    assert lines[0].startswith("why ") and lines[1].split(":")[0] in ("allow", "ask", "deny")
    assert [each for each in said if not any(each in line for line in lines)] == []


def test_it_names_every_rule_that_was_beaten():
    lines = explain_decision(layers(), "git push origin", "/repo").splitlines()
    assert f"beats bash:git * (allow · global · {GLOBAL})" in lines
    assert "beats bash:* (ask · default)" in lines


def test_of_a_line_of_several_commands_it_names_the_one_that_decides():
    said = explain_decision(layers(), "git status && git push origin", "/repo")
    assert "deny: it never happens" in said and "decided by bash:git push origin" in said


def test_a_path_is_told_to_be_looked_at_where_its_links_lead():
    assert "a link is looked at where it leads" in explain_decision(layers(), "write:docs/a.md", "/repo")
    assert "a link is looked at" not in explain_decision(layers(), "git status", "/repo")


def test_auto_mode_is_told_with_the_rules_that_have_no_effect():
    said = explain_decision(layers(session_mode="auto"), "git push origin", "/repo")
    assert "allow: it happens unasked" in said and "auto mode allows everything" in said
    assert "has no effect" in said


def test_a_broken_file_is_the_reason_that_what_a_rule_allows_is_asked():
    said = explain_decision(layers(broken=(PROJECT,)), "git status", "/repo")
    assert "ask: a person is asked" in said and PROJECT in said


def test_text_that_would_draw_elsewhere_is_shown_and_not_done():
    assert "\x1b" not in explain_decision(layers(), "echo \x1b[2Jgone", "/repo")


def test_without_an_action_it_says_how_to_ask():
    assert "why what?" in (PERMISSIONS.check("why") or "")
    assert PERMISSIONS.check("why git push") is None
