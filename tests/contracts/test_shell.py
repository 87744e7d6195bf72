import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.shell import MAX_LINE_CHARACTERS, split


def texts(line: str) -> list[str]:
    return [command.text for command in split(line).commands]


def problems(line: str) -> str:
    return ", ".join(map(str, split(line).problems))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("git status && rm -rf ~", ["git status", "rm -rf ~"]),
        ("a || b; c | d & e\nf", ["a", "b", "c", "d", "e", "f"]),
        ("a |& b", ["a", "b"]),
        ("(a; b) && { c; d; }", ["a", "b", "c", "d"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("while a; do b; done; until c; do d; done", ["a", "b", "c", "d"]),
        ("for x in 1 2; do a; done; case x in y) b;; *) c;; esac", ["a", "b", "c"]),
        ("! a && ! b", ["a", "b"]),
        ("[ -f x ] && [[ -d y ]]", ["[ -f x ]", "[[ -d y ]]"]),
        ("git   log \\\n  --oneline", ["git log --oneline"]),
        ("ls 2>&1 >/dev/null <in.txt", ["ls"]),
        ("cat <<'EOF'\n$(rm x)\nEOF", ["cat"]),
    ],
)
def test_every_simple_command_of_a_compound_line_is_found(line: str, expected: list[str]) -> None:
    assert texts(line) == expected
    assert problems(line) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("env A=1 rm x", ["rm x"]),
        ("A=1 B=2 rm x", ["rm x"]),
        ("env -i -u A -- rm x", ["rm x"]),
        ("/usr/bin/env rm x", ["rm x"]),
        ("sudo -u root -E rm x", ["sudo -u root -E rm x", "rm x"]),
        ("sh -c 'rm x'", ["rm x"]),
        ('bash -lc "git status && rm x"', ["git status", "rm x"]),
        ("bash -o pipefail -c 'a | b'", ["a", "b"]),
        ("sh -c \"sh -c 'rm x'\"", ["rm x"]),
        ("nice -n 5 nohup timeout -k 5 10 time -p rm x", ["rm x"]),
        ("command rm x; exec rm y; builtin cd z", ["rm x", "rm y", "cd z"]),
        ("coproc rm x", ["rm x"]),
        ("xargs rm", ["rm {}"]),
        ("xargs -0 -n1 -P4 rm -f", ["rm -f {}"]),
        ("find . -name '*.py' -exec rm {} \\;", ["find . -name '*.py' -exec rm {} ';'", "rm {}"]),
        ("find . -exec a {} + -exec b \\;", ["find . -exec a {} + -exec b ';'", "a {}", "b"]),
        ("command -v git", ["command -v git"]),
        ("bash build.sh", ["bash build.sh"]),
    ],
)
def test_programs_that_run_another_one_are_looked_through(line: str, expected: list[str]) -> None:
    assert texts(line) == expected
    assert problems(line) == ""


@pytest.mark.parametrize("line", ["rm x", r"r\m x", "'rm' x", '"rm" x', "r'm' x", '\'r\'"m" "x"', "rm \t x"])
def test_quotes_and_backslashes_that_change_nothing_are_gone(line: str) -> None:
    assert texts(line) == ["rm x"]
    assert problems(line) == ""


def test_quotes_that_matter_stay() -> None:
    assert texts('rm "a b" \'*\' ""') == ["rm 'a b' '*' ''"]
    assert split('rm "a b"').commands[0].words == ("rm", "a b")


def test_an_absolute_program_keeps_its_path_and_is_also_known_by_its_name() -> None:
    (command,) = split("/bin/rm x").commands
    assert command.text == "/bin/rm x"
    assert "rm x" in command.other_texts


@pytest.mark.parametrize(
    ("line", "problem", "inner"),
    [
        ("git status; $(rm x)", "command substitution $(…)", "rm x"),
        ('git diff "$(rm x)"', "command substitution $(…)", "rm x"),
        ("echo `rm x`", "command substitution `…`", "rm x"),
        ("diff <(rm x) y", "process substitution <(…)", "rm x"),
        ("x=$(rm x)", "command substitution", "rm x"),
        ("f() { rm x; }; f", "function", "rm x"),
        ("sh -c 'a $(rm x)'", "command substitution", "rm x"),
    ],
)
def test_hidden_commands_are_a_problem_and_found_all_the_same(line: str, problem: str, inner: str) -> None:
    assert problem in problems(line)
    assert inner in texts(line)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("echo hi > out.txt", "redirection to out.txt"),
        ("echo hi >> out.txt", "redirection to out.txt"),
        ("echo hi &> out.txt", "redirection to out.txt"),
        ("echo hi >| out.txt", "redirection to out.txt"),
        ("> out.txt", "redirection to out.txt"),
        ("echo hi > $X", "redirection to $X"),
        ("{ a; b; } > out.txt", "redirection to out.txt"),
        ("cat > f <<EOF\nx\nEOF", "redirection to f"),
        ("cat < /etc/passwd", "input from /etc/passwd"),
        ("cat < ../x", "input from ../x"),
        ("rm > /dev/null -rf ~", "words after a redirection"),
        ("eval rm x", "eval"),
        ("source x.sh", "source"),
        (". x.sh", "runs a file in this shell"),
        ("trap 'rm x' EXIT", "trap"),
        ("alias git=rm", "alias"),
        ("curl x | sh", "sh runs code that the line does not show"),
        ("bash <<EOF\nrm x\nEOF", "bash runs code"),
        ('sh -c "$X"', "only known when it runs"),
        ("$X rm", "the command $X is only known when it runs"),
        ("xargs env", "env with options that hide what it runs"),
        ("xargs -I{} sh -c 'rm {}'", "xargs hands its input to a shell"),
        ("env -S 'rm x'", "env with options that hide what it runs"),
        ("timeout $X rm", "timeout with options"),
        ("LD_PRELOAD=x git status", "sets LD_PRELOAD"),
        ("GIT_SSH_COMMAND=x git fetch", "sets GIT_SSH_COMMAND"),
        ("export PATH=x; git status", "sets PATH"),
        ("PATH=x; git status", "sets PATH"),
        ("ex\\port PATH=x", "sets PATH"),
        ("env PATH=x git status", "sets PATH"),
        ("read PATH", "sets PATH"),
        ("for PATH in x; do a; done", "sets PATH"),
        ("cat <<EOF\n$X\nEOF", "here-document that is filled in"),
        ("cat <<EOF\n`rm x`\nEOF", "here-document that is filled in"),
        ("echo ${X:-$Y}", "the expansion"),
        ("echo $((x))", "arithmetic"),
        ("(( x = 1 ))", "arithmetic"),
        ("echo $'a\\'; rm x; echo '", "a $'…' string"),
        ("a\\\nb", "goes on in the next line"),
        ("echo 'x", "unparsable"),
        ("a &&", "unparsable"),
        ("ls\x00rm", "U+0000"),
        ("ls\rrm", "U+000D"),
        ("ls \u202e txt", "U+202E"),
        ("ls\u00a0-la", "U+00A0"),
        ("", "no command"),
        (" \n\t", "no command"),
        ("# only a comment", "no command"),
        ("A=1", "no command"),
        pytest.param("x" * (MAX_LINE_CHARACTERS + 1), "too long", id="long"),
        pytest.param("sudo " * 20_000, "wrapped in each other", id="sudo"),
        pytest.param("find -exec " * 9_000, "wrapped in each other", id="find"),
        pytest.param("(" * 90_000, "unparsable", id="nested"),
        ("ls \ud800", "U+D800"),
    ],
)
def test_what_a_prefix_rule_can_not_cover_is_named(line: str, problem: str) -> None:
    assert problem in problems(line)


def test_text_that_is_only_known_when_it_runs_is_marked() -> None:
    (command,) = split('git push "$REMOTE" main *.py {a,b}').commands
    assert command.shape == ("git", " ", "push", None, " ", "main", None, None)
    assert not command.known
    assert split("git push origin").commands[0].known


def test_unicode_words_are_kept() -> None:
    assert texts("echo héllo 日本 'ü'") == ["echo héllo 日本 ü"]
    assert problems("echo héllo 日本") == ""


PIECES = st.sampled_from(
    [
        *"|&;<>(){}$`\"'\\ \n\t#!*?[]=~-",
        "rm",
        "sh -c ",
        "$(",
        "<<E\n",
        "env ",
        "sudo ",
        "xargs ",
        "if ",
        "é",
        "A=1 ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_makes_it_raise_and_a_line_without_commands_has_a_problem(line: str) -> None:
    parsed = split(line)
    assert parsed.commands or parsed.problems
