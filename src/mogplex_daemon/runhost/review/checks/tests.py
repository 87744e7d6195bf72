"""Tests that do not test: focused so that others are skipped, skipped themselves, or empty."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from mogplex_daemon.runhost.review.changed_file import AddedLine, ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.path_kinds import is_test

NAME = "unfinished-test"


@dataclass(frozen=True, slots=True)
class TestMark:
    """How a test is taken out of the run in some languages. The match must start in code."""

    languages: frozenset[str]
    pattern: re.Pattern[str]
    severity: FindingSeverity
    what: str
    everywhere: bool = False
    """Also outside of test files."""


def _mark(
    languages: str, pattern: str, severity: FindingSeverity, what: str, *, everywhere: bool = False
) -> TestMark:
    return TestMark(frozenset(languages.split(", ")), re.compile(pattern), severity, what, everywhere)


SCRIPTS = "JavaScript, TypeScript"
ONLY = "focused test: every other test is left out of the run"
EMPTY = r"(?:async\s*)?(?:\(\s*\w*\s*\)|\w+|function\s*\w*\s*\(\s*\w*\s*\))\s*(?:=>)?\s*\{\s*\}\s*\)"

TEST_MARKS = (
    _mark(SCRIPTS, r"(?<![\w.$])(?:it|test|describe|context|suite|fixture)\.only\s*[(.`]", "high", ONLY),
    _mark(SCRIPTS, r"(?<![\w.$])(?:fit|fdescribe|fcontext)\s*\(", "high", ONLY),
    _mark(
        SCRIPTS,
        r"(?<![\w.$])(?:it|test|describe|context|suite)\.(?:skip|fixme)\s*[(.`]",
        "medium",
        "skipped test",
    ),
    _mark(SCRIPTS, r"(?<![\w.$])(?:xit|xtest|xdescribe|xcontext)\s*\(", "medium", "skipped test"),
    _mark(SCRIPTS, r"(?<![\w.$])(?:it|test)\.todo\s*\(", "low", "test still to be written"),
    _mark(
        SCRIPTS,
        rf"(?<![\w.$])(?:it|test)\s*\(\s*(?:'[^']*'|\"[^\"]*\"|`[^`]*`)\s*,\s*{EMPTY}",
        "medium",
        "empty test",
    ),
    _mark("Python", r"@pytest\.mark\.skip\b", "medium", "skipped test"),
    _mark(
        "Python",
        r"@pytest\.mark\.xfail\b(?!\(\s*(?!reason|strict|raises|run|\)|$)\S)",
        "medium",
        "test that is expected to fail",
    ),
    _mark("Python", r"@(?:unittest\.)?(?:skip\(|expectedFailure\b)", "medium", "skipped test"),
    _mark(
        "Ruby",
        r"(?<![\w.:])(?:fit|fdescribe|fcontext)\s+[\"'A-Z]|(?:,\s*|\s)(?::focus\b|focus:\s*true)",
        "high",
        ONLY,
    ),
    _mark(
        "Ruby",
        r"(?<![\w.:])(?:xit|xdescribe|xcontext)\s+[\"'A-Z]|^\s*(?:skip|pending)\b",
        "medium",
        "skipped test",
    ),
    _mark("Go", r"(?<![\w.])[tb]\.Skip(?:f|Now)?\(", "medium", "skipped test"),
    _mark("Java, Kotlin, Groovy, Scala", r"@(?:Ignore|Disabled)\b", "medium", "skipped test"),
    _mark("C#", r"\[(?:Ignore|Explicit)\b|\(Skip\s*=", "medium", "skipped test"),
    _mark("Rust", r"#\[ignore\b", "medium", "skipped test", everywhere=True),
    _mark(
        "Rust",
        r"(?<![\w:])(?:todo|unimplemented)!\s*\(",
        "medium",
        "unfinished code: it panics",
        everywhere=True,
    ),
    _mark("PHP", r"->markTest(?:Skipped|Incomplete)\(", "medium", "skipped test"),
    _mark("Swift", r"\bXCTSkip\b", "medium", "skipped test"),
    _mark("Elixir", r"@(?:module)?tag\s+:skip\b", "medium", "skipped test"),
    _mark("Dart", r"\bskip:\s*true\b", "medium", "skipped test"),
)


def find(file: ChangedFile) -> Iterator[Finding]:
    """Added marks that take a test out of the run, and added Python tests with nothing in them.

    A skip that depends on the machine (`skipif`, a platform check) is not one of them.
    """
    among_tests = is_test(file.path)
    marks = [
        mark for mark in TEST_MARKS if file.language in mark.languages and (mark.everywhere or among_tests)
    ]
    for line in file.added:
        mark = _first_mark(line, marks)
        if mark:
            yield finding_at(file.path, line.number, NAME, mark.severity, mark.what, line.text)
    if among_tests and file.language == "Python" and not file.path.endswith(".pyi"):
        yield from _empty_python_tests(file)


def _first_mark(line: AddedLine, marks: list[TestMark]) -> TestMark | None:
    for mark in marks:
        if any(line.code_at(_first_solid(match)) for match in mark.pattern.finditer(line.text)):
            return mark
    return None


def _first_solid(match: re.Match[str]) -> int:
    """Where the match's first character that is not blank or a comma stands."""
    text = match.group()
    return match.start() + len(text) - len(text.lstrip(" \t,"))


def _empty_python_tests(file: ChangedFile) -> Iterator[Finding]:
    added = {line.number: line.text for line in file.added}
    for function in _python_functions(file.text or ""):
        if function.lineno in added and function.name.startswith("test") and _is_empty(function):
            line = function.lineno
            yield finding_at(
                file.path, line, NAME, "medium", f"{function.name} has an empty body", added[line]
            )


def _python_functions(text: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the check for broken syntax says so
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _is_empty(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body is only `pass`, `...` or a docstring, and no decorator says what it is for."""
    return not function.decorator_list and all(
        isinstance(step, ast.Pass) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in function.body
    )
