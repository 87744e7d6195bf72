from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mogplex_contracts.patterns import BadPattern, exact_pattern, matches, parse_pattern, split_descriptor
from mogplex_contracts.permissions import (
    LENIENCY,
    Layer,
    PermissionFile,
    PermissionLayers,
    Rule,
    all_rules_explained,
    dead_denies,
    path_descriptor,
    resolve,
    rules_of,
)
from mogplex_contracts.shell import split
from mogplex_contracts.vocabulary import Level, PermissionMode

GLOBAL = "/home/me/.mogplex/permissions.json"
PROJECT = "/home/me/.mogplex/projects/o-r/permissions.json"


def layer(
    origin: str,
    *,
    allow: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    ask: tuple[str, ...] = (),
    mode: PermissionMode | None = None,
) -> Layer:
    source = "global" if origin == GLOBAL else "project"
    file = PermissionFile.model_validate(
        {"version": 1, "mode": mode, "rules": {"allow": allow, "deny": deny, "ask": ask}}
    )
    return Layer(origin, mode, rules_of(file, source, origin))


def with_global(
    *,
    allow: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    ask: tuple[str, ...] = (),
    mode: PermissionMode | None = None,
) -> PermissionLayers:
    return PermissionLayers(global_layer=layer(GLOBAL, allow=allow, deny=deny, ask=ask, mode=mode))


@pytest.mark.parametrize(
    ("pattern", "descriptor", "expected"),
    [
        ("bash:git status", "bash:git status", True),
        ("bash:git status", "bash:git status -s", False),
        ("bash:pnpm test*", "bash:pnpm test --watch\nx/y", True),
        ("bash:* | sh", "bash:curl x | sh", True),
        ("bash:a*b*c", "bash:a-b-b-c", True),
        ("bash:a*b*c", "bash:a-c-b", False),
        ("bash:rm \\*", "bash:rm *", True),
        ("bash:rm \\*", "bash:rm x", False),
        ("bash:grep \\.py", "bash:grep \\.py", True),
        ("bash:pytest t[1]", "bash:pytest t[1]", True),
        ("write:src/**", "write:src/a/b.py", True),
        ("write:src/*", "write:src/a/b.py", False),
        ("write:src/*", "write:src/a.py", True),
        ("write:src/**.py", "write:src/a/b.py", True),
        ("write:src/**/b.py", "write:src/b.py", True),
        ("write:src/**/b.py", "write:src/x/y/b.py", True),
        ("write:src/**/b.py", "write:src/xb.py", False),
        ("write:app/[id]/?.ts", "write:app/[id]/a.ts", True),
        ("write:app/[id]/?.ts", "write:app/i/a.ts", False),
        ("read:.env*", "read:.env.local", True),
        ("read:.env*", "read:src/.env", False),
        ("read:**/.env", "read:.env", True),
        ("read:**", "read:/etc/passwd", False),
        ("read:/**", "read:/etc/passwd", True),
        ("read:/**", "read:etc/passwd", False),
        ("mcp:github/*", "mcp:github/issues/list", True),
        ("model:*", "model:openai/gpt", True),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, descriptor: str, expected: bool) -> None:
    assert matches(parse_pattern(pattern), split_descriptor(descriptor)[1]) is expected


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("git status", "git status has no kind"),
        ("shell:ls", "shell:ls has no kind"),
        ("bash:", "matches nothing"),
        ("bash: ls", "take out the space"),
        ("bash:ls\x1b[2J", "U+001B"),
        ("write:src\u202e", "U+202E"),
        ("write:../x", "without .."),
        ("write:./x", "write write:x"),
        ("write:src/", "write write:src/**"),
        ("read:~/.ssh/*", "~ is not filled in"),
        ("mcp:github", "write mcp:github/*"),
    ],
)
def test_a_pattern_that_can_never_match_is_refused_by_name(pattern: str, message: str) -> None:
    with pytest.raises(BadPattern, match=message.replace("*", r"\*").replace("+", r"\+")):
        parse_pattern(pattern)


def test_a_file_with_a_bad_pattern_names_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        PermissionFile.model_validate_json('{"version": 1, "rules": {"allow": ["bash:ls", "oops"]}}')
    assert caught.value.errors()[0]["loc"] == ("rules", "allow", 1)


@pytest.mark.parametrize("version", ["2", "true", "1.0", '"1"', "null"])
def test_only_version_one_is_read(version: str) -> None:
    with pytest.raises(ValidationError):
        PermissionFile.model_validate_json(f'{{"version": {version}}}')


@pytest.mark.parametrize(
    ("descriptor", "level"),
    [
        ("read:src/a.py", "allow"),
        ("read:/etc/passwd", "ask"),
        ("read:../x", "ask"),
        ("read:a/../../x", "ask"),
        ("read://etc/passwd", "ask"),
        ("write:a.py", "ask"),
        ("write:/etc/hosts", "ask"),
        ("delete:a.py", "ask"),
        ("bash:ls", "ask"),
        ("memory:k", "ask"),
        ("mcp:s/t", "ask"),
        ("model:m", "ask"),
        ("nonsense", "ask"),
        ("", "ask"),
    ],
)
def test_the_defaults_ask_for_everything_but_reading_the_workspace(descriptor: str, level: Level) -> None:
    assert resolve(PermissionLayers(), descriptor).level == level


def test_an_action_that_says_nothing_is_asked() -> None:
    assert resolve(with_global(allow=("bash:*",))).level == "ask"


def test_the_most_permissive_layer_wins_for_one_pattern() -> None:
    layers = replace(
        with_global(allow=("bash:rm -rf *",)), project_layer=layer(PROJECT, deny=("bash:rm -rf *",))
    )
    found = resolve(layers, "bash:rm -rf x")
    assert found.level == "allow"
    assert found.rule is not None and found.rule.source == "global"
    (dead,) = dead_denies(layers)
    assert dead.reason == (
        f"bash:rm -rf * (deny · project · {PROJECT}) is beaten by bash:rm -rf * (allow · global · {GLOBAL})"
    )


def test_the_longest_plain_text_decides_and_a_tie_is_permissive() -> None:
    layers = with_global(allow=("bash:git *", "bash:?b c"), deny=("bash:git push*", "bash:a? c"))
    assert resolve(layers, "bash:git status").level == "allow"
    assert resolve(layers, "bash:git push x").level == "deny"
    assert resolve(layers, "bash:ab c").level == "allow"


def test_the_explanation_is_one_line_with_rule_level_and_file() -> None:
    layers = with_global(deny=("bash:rm -rf *",))
    assert resolve(layers, "bash:rm -rf x").explain() == f"bash:rm -rf * is deny · global · {GLOBAL}"
    assert resolve(layers, "write:a").explain() == "write:** is ask · default (approval mode)"
    layers = with_global(deny=("bash:rm -rf *",), allow=("bash:rm -rf build*",))
    assert resolve(layers, "bash:rm -rf build").explain() == (
        f"bash:rm -rf build* is allow · global · {GLOBAL} · beats bash:rm -rf * (deny · global · {GLOBAL})"
    )
    hostile = resolve(PermissionLayers(), "nope\x1b[2J\n\u202e").explain()
    assert hostile.isprintable()


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("git status", "allow"),
        ("git status -s && git status", "allow"),
        ("A=1 git status", "allow"),
        ("g\\it 'status'", "allow"),
        ("git status && rm -rf ~", "deny"),
        ("git status && ls", "ask"),
        ("git status; $(rm x)", "ask"),
        ("git status $(rm -rf x)", "deny"),
        ("git status > out", "ask"),
        ("git status > /dev/null 2>&1", "allow"),
        ('git status "$(x)"', "ask"),
        ("git status \u202e", "ask"),
        ("env A=1 rm -rf x", "deny"),
        ("sudo rm -rf x", "deny"),
        ("/bin/rm -rf x", "deny"),
        ("r\\m -rf x", "deny"),
        ("sh -c 'rm -rf x'", "deny"),
        ("xargs rm -rf", "deny"),
        ("find . -exec rm -rf {} +", "deny"),
        ("sudo git status", "ask"),
        ("eval git status", "ask"),
        ("GIT_DIR=x git status", "ask"),
        ("", "ask"),
    ],
)
def test_a_prefix_rule_covers_only_commands_that_each_match_it(line: str, level: Level) -> None:
    layers = with_global(allow=("bash:git status*",), deny=("bash:rm -rf *",))
    assert resolve(layers, f"bash:{line}").level == level


def test_even_a_rule_for_every_command_does_not_cover_what_it_can_not_see() -> None:
    layers = with_global(allow=("bash:*",))
    assert resolve(layers, "bash:a && b | c").level == "allow"
    found = resolve(layers, "bash:a > out")
    assert found.level == "ask"
    assert "redirection to out" in found.explain()


def test_an_exact_rule_covers_the_whole_line_but_not_a_denied_command_in_it() -> None:
    line = "echo $(date) > out && rm *.pyc"
    layers = with_global(allow=(exact_pattern(f"bash:{line}"),))
    assert resolve(layers, f"bash:{line}").level == "allow"
    assert resolve(layers, f"bash:{line} x").level == "ask"
    assert resolve(layers, "bash:echo $(date) > out && rm other.pyc").level == "ask"
    denied = with_global(allow=(exact_pattern(f"bash:{line}"),), deny=("bash:rm *",))
    assert resolve(denied, f"bash:{line}").level == "deny"


def test_a_deny_written_for_a_whole_line_holds() -> None:
    layers = with_global(allow=("bash:curl *", "bash:tee*"), deny=("bash:curl * | tee*",))
    assert resolve(layers, "bash:curl x").level == "allow"
    assert resolve(layers, "bash:curl https://example.com/long | tee").level == "deny"


def test_a_variable_can_not_smuggle_a_denied_option_past_an_allowed_prefix() -> None:
    layers = with_global(allow=("bash:git push*",), deny=("bash:git push --force*",))
    assert resolve(layers, "bash:git push origin").level == "allow"
    for line in ("git push $F", "git push --forc?", "git push --{force,x}", "xargs git push"):
        assert resolve(layers, f"bash:{line}").level == "ask", line
    assert resolve(layers, "bash:git push origin $B").level == "allow"


def test_every_part_of_an_action_must_be_allowed_by_itself() -> None:
    layers = with_global(allow=("write:src/**",), deny=("write:src/secret/**",))
    assert resolve(layers, "write:src/a", "write:src/b").level == "allow"
    assert resolve(layers, "write:src/a", "write:README.md").level == "ask"
    assert resolve(layers, "write:README.md", "write:src/secret/k", "write:src/a").level == "deny"


def test_auto_allows_everything_and_says_what_it_passes_over() -> None:
    layers = replace(with_global(deny=("bash:rm *",)), session_mode="auto")
    found = resolve(layers, "bash:rm x $(y)")
    assert found.level == "allow"
    assert found.explain() == (
        "allow: auto mode allows everything · this session · "
        f"bash:rm * (deny · global · {GLOBAL}) has no effect"
    )
    (dead,) = dead_denies(layers)
    assert dead.beaten_by is None


def test_the_mode_comes_from_the_session_then_the_project_then_the_global_file() -> None:
    layers = with_global(mode="auto")
    assert (PermissionLayers().mode, PermissionLayers().mode_origin) == ("approval", "default")
    assert (layers.mode, layers.mode_origin) == ("auto", GLOBAL)
    layers = replace(layers, project_layer=layer(PROJECT, mode="approval"))
    assert (layers.mode, layers.mode_origin) == ("approval", PROJECT)
    layers = replace(layers, session_mode="auto")
    assert (layers.mode, layers.mode_origin) == ("auto", "this session")


def test_with_a_broken_file_nothing_is_allowed_and_denies_hold() -> None:
    layers = with_global(allow=("bash:*", "bash:rm -rf build"), deny=("bash:rm -rf *",), mode="auto")
    broken = replace(layers, broken=(PROJECT,), run_rules=(Rule("bash:ls", "allow", "run", "this run"),))
    assert broken.mode == "approval"
    assert resolve(broken, "bash:ls").level == "ask"
    assert resolve(broken, "bash:rm -rf build").level == "deny"
    found = resolve(broken, "read:a.py")
    assert found.level == "ask"
    assert found.explain() == f"ask: nothing is allowed while {PROJECT} can not be read"
    assert resolve(replace(broken, session_mode="auto"), "bash:ls").level == "allow"


def test_denies_that_can_have_no_effect_are_named() -> None:
    layers = with_global(deny=("bash:*", "read:*", "write:src/*", "read:.env*"), ask=("write:src/**",))
    dead = {row.rule.pattern: row.beaten_by for row in dead_denies(layers)}
    assert set(dead) == {"bash:*", "read:*", "write:src/*"}
    assert resolve(layers, "read:.env").level == "deny"


def test_every_rule_is_listed_once_with_what_it_beats() -> None:
    layers = replace(with_global(deny=("bash:x", "bash:*")), project_layer=layer(PROJECT, allow=("bash:x",)))
    rows = {row.pattern: row for row in all_rules_explained(layers)}
    assert (rows["bash:x"].level, rows["bash:x"].source, rows["bash:x"].origin) == (
        "allow",
        "project",
        PROJECT,
    )
    assert [rule.origin for rule in rows["bash:x"].beaten] == [GLOBAL]
    assert rows["bash:*"].level == "ask"
    assert rows["read:**"].source == "default"
    broken = replace(layers, broken=("/f",))
    assert "can not be read" in {row.pattern: row for row in all_rules_explained(broken)}["bash:x"].note


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/a.py", "write:src/a.py"),
        ("./src//x/../a.py", "write:src/a.py"),
        ("/w/repo/src/a.py", "write:src/a.py"),
        ("/w/repository/a.py", "write:/w/repository/a.py"),
        ("../other", "write:/w/other"),
        ("//etc/hosts", "write:/etc/hosts"),
        ("", "write:."),
        ("/w/repo/", "write:."),
    ],
)
def test_a_path_is_named_from_the_workspace_or_absolute(path: str, expected: str) -> None:
    assert path_descriptor("write", path, "/w/repo/") == expected


def test_the_root_folder_can_be_a_workspace() -> None:
    assert path_descriptor("read", "/etc/x", "/") == "read:etc/x"


COMMANDS = (
    "git status",
    "git push",
    "git push --force",
    "rm x",
    "rm -rf /",
    "ls $X",
    "sudo ls",
    "sh -c 'rm x'",
)
LINES = st.one_of(
    st.text(max_size=30),
    st.tuples(
        st.sampled_from(COMMANDS),
        st.sampled_from((" && ", "; ", " | ", " $(", " > ")),
        st.sampled_from(COMMANDS),
    ).map("".join),
    st.sampled_from(COMMANDS),
)
DESCRIPTORS = st.one_of(
    LINES.map("bash:{}".format),
    st.text(max_size=20),
    st.sampled_from(("read:a", "write:/x", "read:.env", "mcp:a/b")),
)
BODIES = st.text(st.sampled_from("abgitrmls -*?/."), min_size=1, max_size=8).map(str.strip).filter(bool)
PATTERNS = st.one_of(
    BODIES.map("bash:{}".format),
    st.sampled_from(
        ("bash:*", "bash:git *", "bash:rm *", "bash:git push*", "bash:sudo *", "read:**", "read:.env*")
    ),
)
LEVELS = st.sampled_from(("allow", "ask", "deny"))
RULES = st.lists(st.builds(Rule, PATTERNS, LEVELS, st.just("global"), st.just(GLOBAL)), max_size=6).map(tuple)
LAYERS = st.builds(
    PermissionLayers,
    global_layer=st.builds(Layer, st.just(GLOBAL), st.sampled_from((None, "approval", "auto")), RULES),
    project_layer=st.builds(Layer, st.just(PROJECT), st.none(), RULES),
    run_rules=RULES,
)


@settings(max_examples=200, deadline=None)
@given(LAYERS, st.lists(DESCRIPTORS, max_size=3))
def test_resolving_never_raises_and_explains_itself_in_one_line(
    layers: PermissionLayers, descriptors: list[str]
) -> None:
    assert "\n" not in resolve(layers, *descriptors).explain()
    assert len(all_rules_explained(layers)) >= 10
    dead_denies(layers)


@settings(max_examples=200, deadline=None)
@given(LAYERS, DESCRIPTORS, PATTERNS)
def test_adding_a_deny_never_widens(layers: PermissionLayers, descriptor: str, pattern: str) -> None:
    more = replace(layers, run_rules=(*layers.run_rules, Rule(pattern, "deny", "run", "this run")))
    assert LENIENCY[resolve(more, descriptor).level] <= LENIENCY[resolve(layers, descriptor).level]


@settings(max_examples=200, deadline=None)
@given(LAYERS, DESCRIPTORS, st.booleans())
def test_a_broken_file_never_widens(layers: PermissionLayers, descriptor: str, lose_project: bool) -> None:
    broken = replace(layers, broken=("/broken",))
    assert LENIENCY[resolve(broken, descriptor).level] <= LENIENCY[resolve(layers, descriptor).level]
    lost = replace(broken, project_layer=Layer()) if lose_project else broken
    assert resolve(lost, descriptor).level != "allow"


@settings(max_examples=200, deadline=None)
@given(LAYERS, LINES)
def test_a_line_is_allowed_only_when_each_of_its_commands_is(layers: PermissionLayers, line: str) -> None:
    layers = replace(layers, session_mode="approval")
    exact = {r.pattern for r in layers.rules if r.level == "allow" and parse_pattern(r.pattern).exact}
    if resolve(layers, f"bash:{line}").level == "allow" and f"bash:{line.strip()}" not in exact:
        parsed = split(line)
        assert parsed.commands and not parsed.problems
        for command in parsed.commands:
            patterns = [r for r in layers.rules if r.level == "allow" and r.pattern.startswith("bash:")]
            assert any(matches(parse_pattern(r.pattern), command.text) for r in patterns)


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.sampled_from("ab*?\\[]/ $"), min_size=1, max_size=12).map(str.strip).filter(bool),
    st.text(max_size=12),
)
def test_an_exact_pattern_matches_its_own_text_and_no_other(body: str, other: str) -> None:
    pattern = parse_pattern(exact_pattern(f"bash:{body}"))
    assert matches(pattern, body)
    assert matches(pattern, other) is (body == other)
