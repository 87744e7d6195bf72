import pytest

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks import CHECKS, run_checks
from mogplex_daemon.runhost.review.diff import DiffLine, FileDiff, Hunk


def changed(
    path: str, text: str, *, kind="added", mode="100644", only: set[int] | None = None
) -> ChangedFile:
    lines = text.removesuffix("\n").split("\n")
    rows = tuple(
        DiffLine("added" if only is None or number in only else "context", line, number, number)
        for number, line in enumerate(lines, start=1)
    )
    diff = FileDiff(path, None, kind, new_mode=mode, hunks=(Hunk(0, 1, "", rows),))
    return ChangedFile(diff, text.encode(), len(text.encode()))


def found(path: str, text: str, **options) -> list[tuple[str, int | None, str]]:
    return [(one.check, one.line, one.severity) for one in run_checks([changed(path, text, **options)])]


def test_every_check_has_its_own_name_and_says_why():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.title and check.why.endswith(".") for check in CHECKS)


def test_a_conflict_is_one_finding_from_its_first_line_to_its_last():
    text = "a\n<<<<<<< HEAD\nb\n||||||| base\nc\n=======\nd\n>>>>>>> other\ne\n"
    (finding,) = run_checks([changed("notes.txt", text)])
    assert (finding.check, finding.line, finding.severity) == ("conflict-marker", 2, "high")
    assert "line 8" in finding.message


def test_a_conflict_in_code_is_not_reported_again_as_broken_syntax():
    text = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n"
    assert found("a.py", text) == [("conflict-marker", 1, "high")]
    assert found("a.json", text) == [("conflict-marker", 1, "high")]


def test_one_end_of_a_conflict_with_its_branch_name_is_enough():
    assert found("a.txt", "x\n>>>>>>> feature/login\n") == [("conflict-marker", 2, "high")]


@pytest.mark.parametrize(
    "text",
    [
        "Title\n=======\n\nSection\n=======\n",
        ">>>>>>>\n",
        "<<<<<<<<<< ten\n",
        "    <<<<<<< HEAD\n",
        "cat <<EOF\nEOF\n",
        ">>> x = 1\n",
        "=======\n",
    ],
)
def test_what_only_resembles_a_conflict_is_none(text: str):
    assert found("a.rst", text) == []


@pytest.mark.parametrize(
    ("path", "line", "severity"),
    [
        ("src/a.py", "    breakpoint()", "high"),
        ("src/a.py", "import pdb; pdb.set_trace()", "high"),
        ("src/a.py", "    import ipdb", "medium"),
        ("src/a.py", "print(value)", "low"),
        ("src/a.js", "  console.log(user);", "medium"),
        ("src/a.ts", "  debugger;", "high"),
        ("src/a.tsx", "  debugger", "high"),
        ("app/a.rb", "    binding.pry", "high"),
        ("app/a.rb", "    byebug", "high"),
        ("app/a.php", "  var_dump($user);", "medium"),
        ("app/a.php", "  dd($user);", "medium"),
        ("pkg/a.go", '\tfmt.Println("DEBUG here", x)', "medium"),
        ("src/a.rs", "    dbg!(value);", "medium"),
        ("src/A.java", '    System.out.println("x");', "medium"),
        ("src/a.c", '    printf("DEBUG %d\\n", x);', "medium"),
    ],
)
def test_leftover_debugging_is_found(path: str, line: str, severity: str):
    text = line + "\n" if path.endswith(".py") and not line.startswith(" ") else f"{line}\n"
    text = f"if x:\n{line}\n" if path.endswith(".py") and line.startswith(" ") else text
    assert found(path, text) == [("debugging", text.count("\n"), severity)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/a.py", "# breakpoint()\n"),
        ("src/a.py", 'HELP = "call breakpoint() here"\n'),
        ("src/a.py", '"""\nimport pdb; pdb.set_trace()\nprint(1)\n"""\n'),
        ("src/a.py", "self.breakpoint()\n"),
        ("src/a.py", "def breakpoint():\n    return 1\n"),
        ("src/a.py", "blueprint(1)\n"),
        ("src/a.py", "import sys\nprint(1, file=sys.stderr)\n"),
        ("src/a.py", "print(1)  # noqa: T201\n"),
        ("src/a.py", 'if __name__ == "__main__":\n    print(1)\n'),
        ("src/a.py", "#!/usr/bin/env python\nprint(1)\n"),
        ("scripts/a.py", "print(1)\n"),
        ("src/pkg/__main__.py", "print(1)\n"),
        ("src/a.py", "".join(f"print({n})\n" for n in range(9))),
        ("src/a.js", "// console.log(x)\n"),
        ("src/a.js", "const s = 'console.log(x)'\n"),
        ("src/a.js", "/*\n console.log(x)\n debugger;\n*/\n"),
        ("src/a.js", "console.error(problem)\n"),
        ("bin/a.js", "#!/usr/bin/env node\nconsole.log(1)\n"),
        ("src/a.min.js", "console.log(1)\n"),
        ("src/a.js", "const debuggerEnabled = true;\n"),
        ("app/a.php", "$builder->add($x);\nfunction dd($x) {}\n"),
        ("pkg/a.go", 'fmt.Println("listening on", port)\n'),
        ("src/a.rs", "// dbg!(x)\nfn f<'a>(x: &'a str) {}\n"),
        ("src/A.java", "static void main(String[] a) { System.out.println(1); }\n"),
        ("docs/a.md", "call `breakpoint()` or console.log(x)\n"),
    ],
)
def test_code_that_is_meant_is_not_debugging(path: str, text: str):
    assert found(path, text) == []


def test_a_file_that_already_prints_may_print_more():
    assert found("src/a.py", "print(1)\nprint(2)\n", kind="modified", only={2}) == []


def test_a_breakpoint_counts_in_a_script_too():
    assert found("scripts/a.py", "breakpoint()\n") == [("debugging", 1, "high")]


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("a.py", "x = 1  # TODO: later\n", "low"),
        ("a.py", "# FIXME this is wrong\n", "medium"),
        ("a.js", "/* works.\n * HACK for old browsers\n */\n", "low"),
        ("a.go", "// XXX(anna): race\n", "low"),
        ("a.sh", "# TODO quote this\n", "low"),
        ("a.html", "<!-- TODO: title -->\n", "low"),
        ("a.md", "TODO: write this chapter\n", "low"),
    ],
)
def test_new_open_remarks_are_found(path: str, text: str, severity: str):
    assert [(check, level) for check, _, level in found(path, text)] == [("open-remark", severity)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'STATES = ("TODO", "DONE")\n'),
        ("a.py", "# phone XXX-XXX-XXXX, see docs/TODO.md\n"),
        ("a.py", "# the word todo in a sentence\n"),
        ("a.py", "# this was a HACK once\n"),
        ("a.md", "The TODO list and the `TODO` marker\n"),
        ("a.json", '{"a": "TODO: x"}\n'),
        ("a.js", "const TODO = 1\n"),
    ],
)
def test_words_that_are_not_remarks_are_left_alone(path: str, text: str):
    assert found(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "line", "severity"),
    [
        ("a.test.js", "it.only('x', () => { f() })\n", 1, "high"),
        ("a.spec.ts", "describe.only('x', () => {\n})\n", 1, "high"),
        ("spec/a.js", "fdescribe('x', () => {\n})\n", 1, "high"),
        ("a.test.ts", "test.skip('x', () => { f() })\n", 1, "medium"),
        ("a.test.ts", "it('does', () => {})\n", 1, "medium"),
        ("tests/test_a.py", "import pytest\n@pytest.mark.skip\ndef test_a():\n    assert f()\n", 2, "medium"),
        ("tests/test_a.py", "@pytest.mark.xfail(reason='x')\ndef test_a():\n    assert f()\n", 1, "medium"),
        ("tests/test_a.py", "def test_a():\n    pass\n", 1, "medium"),
        (
            "tests/test_a.py",
            "class TestA:\n    def test_a(self):\n        '''Doc.'''\n        ...\n",
            2,
            "medium",
        ),
        ("pkg/a_test.go", "\tt.Skip()\n", 1, "medium"),
        ("src/test/ATest.java", "    @Ignore\n", 1, "medium"),
        ("src/a.rs", "    todo!()\n", 1, "medium"),
    ],
)
def test_tests_that_do_not_test_are_found(path: str, text: str, line: int, severity: str):
    assert found(path, text) == [("unfinished-test", line, severity)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/test_a.py", "@pytest.mark.skipif(WINDOWS, reason='x')\ndef test_a():\n    assert f()\n"),
        ("tests/test_a.py", "@pytest.mark.xfail(WINDOWS, reason='x')\ndef test_a():\n    assert f()\n"),
        ("tests/test_a.py", "# @pytest.mark.skip\ndef test_a():\n    assert f()\n"),
        ("tests/test_a.py", "class Helper:\n    def close(self):\n        pass\n"),
        ("src/chart.js", "chart.fit(1)\nfit(2)\n"),
        ("src/a.py", "def test_connection():\n    pass\n"),
        ("a.test.js", "items.only('x')\nit('only', () => { f() })\n"),
        ("a.test.js", "// it.only('x')\n"),
    ],
)
def test_tests_that_do_test_are_left_alone(path: str, text: str):
    assert found(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "line", "severity"),
    [
        ("a.json", '{\n  "a": 1,,\n}\n', 2, "high"),
        ("a.json", "", 1, "high"),
        ("a.json", '{"a": 1, // no\n}\n', 1, "medium"),
        ("a.jsonl", '{"a": 1}\n{"a"\n', 2, "high"),
        ("a.toml", "a = 1\nb = \n", 2, "high"),
        ("a.yaml", "a: 1\nb: [1, 2\nc: 3\n", 3, "high"),
        ("a.yml", "a: *missing\n", 1, "high"),
        ("src/a.py", "x = 1\ndef f(:\n    pass\n", 2, "high"),
        ("src/a.py", "return 1\n", 1, "high"),
    ],
)
def test_files_that_do_not_parse_are_found(path: str, text: str, line: int, severity: str):
    assert found(path, text or "\n") == [("broken-syntax", line if text else 2, severity)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tsconfig.json", '{\n  // comment\n  "a": [1, 2,],\n}\n'),
        (".vscode/settings.json", '{"a": "http://x", /* b */ }\n'),
        ("a.json", '\ufeff{"a": 1}\n'),
        ("a.jsonc", "// a\n{}\n"),
        ("a.yaml", "--- !custom\na: !Ref b\n---\nb: &x 1\nc: *x\n"),
        ("a.yaml", "? !!python/object:os.system x\n: 1\n"),
        ("chart/templates/a.yaml", "{{- if .Values.x }}\na: {{ .b }}\n{{- end }}\n"),
        ("a.toml", 'a = 1\r\n[b]\r\nc = """\r\nx"""\r\n'),
        ("src/a.py", 's = "\\d"\nassert x is 1\n'),
        ("src/a.py", "# coding: latin-1\nx = 1\n"),
        ("tests/data/invalid.json", "{\n"),
        ("{{cookiecutter.name}}/a.py", "import {{ cookiecutter.name }}\n"),
    ],
)
def test_files_that_their_readers_accept_are_not_broken(path: str, text: str):
    assert "broken-syntax" not in [check for check, _, _ in found(path, text)]


def test_syntax_of_a_later_python_is_said_to_be_that():
    (finding,) = run_checks(
        [changed("src/a.py", "def first[T](items: list[T]) -> T:\n    return items[0]\n")]
    )
    assert finding.severity == "low"
    assert "3.12 or newer" in finding.message


def test_deeply_nested_input_ends_without_a_finding():
    assert found("a.json", "[" * 100_000) == []
    assert found("a.yaml", "[" * 5_000 + "]" * 5_000 + "\n") == []


def test_very_long_lines_of_code_are_found_and_long_prose_is_not():
    long = "x = [" + ", ".join("value" for _ in range(60)) + "]\n"
    assert found("src/a.py", long) == [("long-line", 1, "low")]
    for path in ("a.md", "a.json", "a.lock", "a.min.js", "a.csv", "a.svg", "tests/test_a.py"):
        assert "long-line" not in {check for check, _, _ in found(path, long)}
    assert found("src/a.py", "x = '" + "a1b2" * 80 + "'\n") == []
    assert found("src/a.py", "# Generated by a tool. DO NOT EDIT\n" + long) == []


def test_files_out_of_place_are_found():
    assert found("a.py.orig", "x\n") == [("odd-file", None, "medium")]
    assert found("a.rej", "x\n") == [("odd-file", None, "medium")]
    assert found("a.md", "x\n", mode="100755") == [("odd-file", None, "low")]
    assert found("run.sh", "x\n", mode="100755") == []
    assert found("original.txt", "x\n") == []
    assert found("data.json", "#!/usr/bin/env x\n", mode="100755")[0][0] == "broken-syntax"


def test_a_big_binary_is_found_and_a_small_one_is_not():
    diff = FileDiff("logo.png", None, "added", binary=True, new_mode="100644")
    assert [one.check for one in run_checks([ChangedFile(diff, None, 3 * 1024 * 1024)])] == ["odd-file"]
    assert run_checks([ChangedFile(diff, None, 200_000)]) == ()


def test_one_line_gives_one_finding_for_a_check():
    (finding,) = run_checks([changed("src/a.py", "import pdb; pdb.set_trace(); breakpoint()\n")])
    assert finding.severity == "high"


def test_excerpts_hold_no_control_or_bidirectional_characters():
    (finding,) = run_checks([changed("src/a.js", "console.log('\x1b[31m\u202e\u2066x\x00')\n")])
    assert finding.excerpt == "console.log('[31mx')"
    (finding,) = run_checks([changed("src/\x1b\n\udcff.js", "console.log(1)\n")])
    assert finding.path == "src/\\x1b\\n\\xff.js"


def test_a_deleted_file_and_a_link_have_no_findings():
    assert found("a.py", "breakpoint()\n", kind="deleted") == []
    assert found("a.py", "breakpoint()\n", mode="120000") == []
    assert found("sub", "Subproject commit 1\n", mode="160000") == []
