"""Added code that runs, or trusts, what somebody else may have written."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks.python_tree import dotted, has_keyword, parsed
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.path_kinds import is_generated, is_test

NAME = "risky-code"

APPROVED = re.compile(r"(?i)\bnoqa\b|\bnosec\b|eslint-disable|nolint|nosemgrep")
"""The author told a linter that the line is meant."""

SEARCHED = 400
"""Characters of a line that a form is looked for in: nobody writes longer ones, and a search may cost their cube."""

Risk = tuple[int, FindingSeverity, str]
"""The line, how bad it is, and what it is."""

SQL = r"(?:SELECT\b.+\bFROM|INSERT\s+INTO|UPDATE\b.+\bSET|DELETE\s+FROM|DROP\s+TABLE)\b"
SHOUTED_SQL = re.compile(SQL, re.DOTALL)
"""Small letters may be any English sentence, unless the text is given to a database."""
ANY_SQL = re.compile(SQL, re.DOTALL | re.IGNORECASE)
TO_A_DATABASE = frozenset(("execute", "executemany", "executescript", "raw", "query"))
SQL_MESSAGE = "SQL put together from values: pass them as parameters"


@dataclass(frozen=True, slots=True)
class Form:
    """How a risk looks in a line of some languages."""

    languages: frozenset[str]
    pattern: re.Pattern[str]
    severity: FindingSeverity
    what: str
    quoted: bool = False
    """Whether the match begins in a string; else it must begin in code."""


def _form(
    languages: str, pattern: str, severity: FindingSeverity, what: str, *, quoted: bool = False
) -> Form:
    return Form(frozenset(languages.split(", ")), re.compile(pattern), severity, what, quoted)


SCRIPTS = "JavaScript, TypeScript, Vue, Svelte, Astro"
JOINS_STRINGS = f"{SCRIPTS}, C#, C++, Groovy, Java, Kotlin, Scala, Swift, PHP, Ruby, Go, Dart"

FORMS = (
    _form(SCRIPTS, r"(?<![\w.$])eval\(|\bnew\s+Function\(", "high", "text is run as code"),
    _form(
        SCRIPTS, r"\.(?:innerHTML|outerHTML)\s*\+?=(?!=)|\bdocument\.write\(", "medium", "text becomes HTML"
    ),
    _form(SCRIPTS, r"\bdangerouslySetInnerHTML\b|\bv-html=", "medium", "text becomes HTML"),
    _form(SCRIPTS, rf"`[^`]*{SQL}[^`]*\$\{{", "high", SQL_MESSAGE, quoted=True),
    _form(JOINS_STRINGS, rf"[\"'][^\"']*{SQL}.*[\"']\s*[+.]\s*[\w$]", "high", SQL_MESSAGE, quoted=True),
    _form("PHP", rf"\"[^\"]*{SQL}[^\"]*\$\w", "high", SQL_MESSAGE, quoted=True),
    _form("Ruby", rf"\"[^\"]*{SQL}[^\"]*#\{{", "high", SQL_MESSAGE, quoted=True),
    _form("Go", rf"\bSprintf\(\s*[\"`][^\"`]*{SQL}[^\"`]*%[svdq]", "high", SQL_MESSAGE),
    _form("Go", r"\bInsecureSkipVerify:\s*true", "medium", "the other side's certificate is not checked"),
    _form("PHP, Ruby, Perl", r"(?<![\w.$>:])eval\s*\(", "high", "text is run as code"),
    _form("PHP", r"(?<![\w>:])(?:shell_exec|system|passthru)\(\s*[^)]*\$", "high", "text is run in a shell"),
    _form(
        "C, C++", r"(?<![\w.>])(?:gets|strcpy|strcat|sprintf)\(", "medium", "nothing bounds what is written"
    ),
    _form(
        "Shell", r"\b(?:curl|wget)\b[^|]*\|\s*(?:sudo\s+)?(?:ba|z)?sh\b", "high", "a download is run unseen"
    ),
    _form(
        "Shell", r"\brm\s+-\w*r\w*\s+[^\"']*\$\{?\w+\}?/", "medium", "an empty variable makes this delete /"
    ),
    _form("Shell", r"(?<![\w./-])eval\s", "medium", "text is run as code"),
)
"""For languages that are read line by line. Python is read as a tree."""


def find(file: ChangedFile) -> Iterator[Finding]:
    """One finding for each added line that is risky. In a test, where nobody else writes, it is only worth a look."""
    if is_generated(file.path, file.beginning):
        return
    added = {line.number: line for line in file.added}
    risks = _in_python(file) if file.language == "Python" else _in_lines(file)
    for number, severity, what in risks:
        line = added.get(number)
        if line is None or APPROVED.search(line.comment):
            continue
        yield finding_at(file.path, number, NAME, "low" if is_test(file.path) else severity, what, line.text)


def _in_lines(file: ChangedFile) -> Iterator[Risk]:
    forms = [form for form in FORMS if file.language in form.languages]
    for line in file.added if forms else ():
        for form in forms:
            match = form.pattern.search(line.text[:SEARCHED])
            if match and (
                (form.quoted and not _in_comment(line.comment, match)) or line.code_at(match.start())
            ):
                yield line.number, form.severity, form.what
                break


def _in_comment(comment: str, match: re.Match[str]) -> bool:
    return bool(comment[match.start() : match.end()].strip())


def _in_python(file: ChangedFile) -> Iterator[Risk]:
    tree = parsed(file)
    if tree is None:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                yield from _call(node)
            case ast.JoinedStr() | ast.BinOp() if _puts_sql_together(node, SHOUTED_SQL):
                yield node.lineno, "high", SQL_MESSAGE
            case _:
                pass


def _call(node: ast.Call) -> Iterator[Risk]:
    name = dotted(node.func)
    first = node.args[0] if node.args else None
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in TO_A_DATABASE and first and _puts_sql_together(first, ANY_SQL):
            yield first.lineno, "high", SQL_MESSAGE
        if _puts_sql_together(node, SHOUTED_SQL):
            yield node.lineno, "high", SQL_MESSAGE
    if first is not None and has_keyword(node, "shell", True) and name.startswith("subprocess."):
        yield node.lineno, "low" if _is_fixed(first) else "high", "a shell reads this command"
    if has_keyword(node, "verify", False):
        yield node.lineno, "medium", "the other side's certificate is not checked"
    risk = CALLS.get(name)
    if risk is not None and risk.when(node):
        yield node.lineno, risk.severity, risk.what


def _is_fixed(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _given_a_value(node: ast.Call) -> bool:
    return bool(node.args) and not _is_fixed(node.args[0])


def _always(node: ast.Call) -> bool:
    return True


def _with_any_class(node: ast.Call) -> bool:
    given = [*node.args[1:], *(keyword.value for keyword in node.keywords if keyword.arg == "Loader")]
    return not given or dotted(given[0]).rpartition(".")[2] in ("Loader", "UnsafeLoader", "CLoader")


@dataclass(frozen=True, slots=True)
class RiskyCall:
    """A call of Python that is risky."""

    severity: FindingSeverity
    what: str
    when: Callable[[ast.Call], bool] = _always


CALLS: dict[str, RiskyCall] = {
    "eval": RiskyCall("high", "text is run as code", _given_a_value),
    "exec": RiskyCall("high", "text is run as code", _given_a_value),
    "os.system": RiskyCall("high", "a shell reads this command", _given_a_value),
    "os.popen": RiskyCall("high", "a shell reads this command", _given_a_value),
    "pickle.load": RiskyCall("medium", "whoever wrote the pickle decides what runs"),
    "pickle.loads": RiskyCall("medium", "whoever wrote the pickle decides what runs"),
    "marshal.loads": RiskyCall("medium", "whoever wrote the data decides what runs"),
    "yaml.load": RiskyCall("medium", "YAML can name any class: use yaml.safe_load", _with_any_class),
    "yaml.unsafe_load": RiskyCall("medium", "YAML can name any class: use yaml.safe_load"),
    "hashlib.md5": RiskyCall("low", "MD5 proves nothing: it can be forged"),
    "hashlib.sha1": RiskyCall("low", "SHA-1 proves nothing: it can be forged"),
    "tempfile.mktemp": RiskyCall("medium", "somebody else can make the file first: use mkstemp"),
    "ssl._create_unverified_context": RiskyCall("medium", "the other side's certificate is not checked"),
}
"""By the name they are usually called by."""


def _puts_sql_together(node: ast.expr, sql: re.Pattern[str]) -> bool:
    """Whether the expression makes a text that begins as SQL, with values in it."""
    match node:
        case ast.JoinedStr(values=values):
            return any(isinstance(part, ast.FormattedValue) for part in values) and _reads_as(
                sql, "".join(str(part.value) if isinstance(part, ast.Constant) else " ? " for part in values)
            )
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return _reads_as(sql, text)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                left, right = left.left, left.right
            return (
                isinstance(left, ast.Constant)
                and isinstance(left.value, str)
                and not _is_fixed(right)
                and _reads_as(sql, left.value)
            )
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str(text)))):
            return _reads_as(sql, text)
        case _:
            return False


def _reads_as(sql: re.Pattern[str], text: str) -> bool:
    return sql.match(text.lstrip()) is not None
