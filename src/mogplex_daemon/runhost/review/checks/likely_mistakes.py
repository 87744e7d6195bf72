"""Added code that does something else than it seems to."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks.python_tree import dotted, parsed
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.path_kinds import is_generated

NAME = "likely-mistake"

APPROVED = re.compile(r"(?i)\bnoqa\b|eslint-disable|nolint")
"""The author told a linter that the line is meant."""

SEARCHED = 400
"""Characters of a line that a form is looked for in: nobody writes longer ones, and a search may cost their square."""

Mistake = tuple[int, FindingSeverity, str]
"""The line, how bad it is, and what it is."""

SCRIPTS = frozenset(("JavaScript", "TypeScript", "Vue", "Svelte", "Astro"))
C_LIKE = SCRIPTS | frozenset(("C", "C++", "C#", "Java", "Kotlin", "Go", "PHP", "Dart"))

LINES: tuple[tuple[frozenset[str], re.Pattern[str], FindingSeverity, str], ...] = (
    (
        C_LIKE,
        re.compile(r"\bfor\s*\(?[^;]*;[^;]*<=\s*[\w.$]+\.(?:length|size|Length|Count)\b(?!\s*-)"),
        "medium",
        "the loop goes one past the end: `<=` should be `<`",
    ),
    (
        C_LIKE,
        re.compile(r"<=\s*len\(\w+\)\s*(?!-)[;{]"),
        "medium",
        "the loop goes one past the end: `<=` should be `<`",
    ),
    (
        C_LIKE - {"Kotlin", "Go"},
        re.compile(r"\bif\s*\(\s*[\w.$]+\s*=(?![=>])[^=]"),
        "medium",
        "an assignment as a condition: `=` should be `==`",
    ),
    (SCRIPTS, re.compile(r"[!=]==?\s*NaN\b"), "medium", "nothing is equal to NaN: use Number.isNaN"),
    (
        SCRIPTS | {"Java"},
        re.compile(r"\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}"),
        "medium",
        "every error is swallowed",
    ),
)
"""For languages that are read line by line: which, how it looks in code, how bad it is, what it is."""


def find(file: ChangedFile) -> Iterator[Finding]:
    """One finding for each added line with a likely mistake."""
    if is_generated(file.path, file.beginning):
        return
    added = {line.number: line for line in file.added}
    mistakes = _in_python(file) if file.language == "Python" else _in_lines(file)
    for number, severity, what in mistakes:
        line = added.get(number)
        if line is not None and not APPROVED.search(line.comment):
            yield finding_at(file.path, number, NAME, severity, what, line.text)


def _in_lines(file: ChangedFile) -> Iterator[Mistake]:
    forms = [form for form in LINES if file.language in form[0]]
    for line in file.added if forms else ():
        for _, pattern, severity, what in forms:
            if pattern.search(line.code[:SEARCHED]):
                yield line.number, severity, what
                break


def _in_python(file: ChangedFile) -> Iterator[Mistake]:
    tree = parsed(file)
    if tree is None:
        return
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler():
                yield from _handler(node)
            case ast.Compare():
                yield from _comparison(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                yield from _defaults(node.args)
            case ast.For():
                yield from _loop(node)
            case ast.Subscript():
                yield from _subscript(node)
            case ast.Assert(test=ast.Tuple(elts=[_, *_])):
                yield node.lineno, "high", "an assert of a tuple is always true"
            case ast.Dict():
                yield from _keys(node)
            case _:
                pass
        for statements in _bodies(node):
            yield from _unreachable(statements)


def _handler(node: ast.ExceptHandler) -> Iterator[Mistake]:
    silent = all(isinstance(each, ast.Pass) for each in node.body)
    broad = node.type is not None and dotted(node.type) in ("Exception", "BaseException")
    if node.type is None:
        raised = any(isinstance(each, ast.Raise) for each in node.body)
        if not raised:
            yield node.lineno, "medium", "a bare except also catches Ctrl+C and SystemExit: name the error"
    elif broad and silent:
        yield node.lineno, "medium", "every error is swallowed"


def _comparison(node: ast.Compare) -> Iterator[Mistake]:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        sides = (left, right)
        if isinstance(operator, ast.Eq | ast.NotEq) and any(_is_none(side) for side in sides):
            word = "is" if isinstance(operator, ast.Eq) else "is not"
            yield node.lineno, "low", f"compared with None by value: use `{word} None`"
        elif isinstance(operator, ast.Is | ast.IsNot) and any(_is_literal(side) for side in sides):
            yield node.lineno, "medium", "a literal compared by identity: use `==`"
        elif ast.dump(left) == ast.dump(right) and isinstance(left, ast.Name | ast.Attribute):
            yield node.lineno, "medium", "something is compared with itself"
        left = right


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_literal(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes | int | float)
        and (not isinstance(node.value, bool))
    )


def _defaults(arguments: ast.arguments) -> Iterator[Mistake]:
    for default in (*arguments.defaults, *arguments.kw_defaults):
        empty_call = isinstance(default, ast.Call) and dotted(default.func) in ("list", "dict", "set")
        if default is not None and (isinstance(default, ast.List | ast.Dict | ast.Set) or empty_call):
            yield default.lineno, "medium", "all calls share this default value: use None"


def _loop(node: ast.For) -> Iterator[Mistake]:
    """`for i in range(len(xs) + 1)` that reads `xs[i]`."""
    match node.target, node.iter:
        case ast.Name(id=index), ast.Call(func=ast.Name(id="range"), args=[*_, end]) | ast.Call(
            func=ast.Name(id="range"), args=[end]
        ):
            sequence = _length_and_more(end)
        case _:
            return
    if sequence and any(_reads(each, sequence, index) for each in ast.walk(node)):
        yield node.lineno, "high", f"the loop goes one past the end of `{sequence}`"


def _length_and_more(node: ast.expr) -> str:
    """The name of the sequence in `len(sequence) + 1`; empty for anything else."""
    match node:
        case ast.BinOp(
            left=ast.Call(func=ast.Name(id="len"), args=[sequence]),
            op=ast.Add(),
            right=ast.Constant(value=int()),
        ):
            return dotted(sequence)
        case _:
            return ""


def _reads(node: ast.AST, sequence: str, index: str) -> bool:
    match node:
        case ast.Subscript(value=value, slice=ast.Name(id=name)):
            return name == index and dotted(value) == sequence
        case _:
            return False


def _subscript(node: ast.Subscript) -> Iterator[Mistake]:
    match node.ctx, node.slice:
        case ast.Load(), ast.Call(func=ast.Name(id="len"), args=[ast.Name() | ast.Attribute() as sequence]):
            if dotted(sequence) == dotted(node.value) != "":
                yield node.lineno, "high", f"one past the end of `{dotted(sequence)}`"
        case _:
            pass


def _keys(node: ast.Dict) -> Iterator[Mistake]:
    seen: set[tuple[type, object]] = set()
    for key in node.keys:
        if isinstance(key, ast.Constant):
            name = (type(key.value), key.value)
            if name in seen:
                yield key.lineno, "medium", "this key is given twice: the first one is lost"
            seen.add(name)


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        statements = getattr(node, name, None)
        if isinstance(statements, list):
            yield statements


def _unreachable(statements: list[ast.stmt]) -> Iterator[Mistake]:
    for before, after in pairwise(statements):
        if isinstance(before, ast.Return | ast.Raise | ast.Continue | ast.Break):
            # A bare yield behind a return makes a generator of the function.
            if not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Yield)):
                yield after.lineno, "medium", "this is never reached"
            return
