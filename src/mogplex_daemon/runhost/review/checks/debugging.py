"""Added calls that were meant for the author only: breakpoints and prints."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mogplex_daemon.runhost.review.changed_file import AddedLine, ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.path_kinds import is_generated, is_script, is_test

NAME = "debugging"

HABIT = 4
"""A file with more output calls than this, or with older ones, prints because that is its work."""

Nature = Literal["stop", "trace", "output"]
"""stop: halts the program. trace: used to debug only. output: also an ordinary way to talk to a person."""

SEVERITY: dict[Nature, FindingSeverity] = {"stop": "high", "trace": "medium", "output": "low"}


@dataclass(frozen=True, slots=True)
class DebugCall:
    """How debugging looks in some languages. The match must start in code, not in a string or comment."""

    languages: frozenset[str]
    pattern: re.Pattern[str]
    nature: Nature
    what: str


def _call(languages: str, pattern: str, nature: Nature, what: str) -> DebugCall:
    return DebugCall(frozenset(languages.split(", ")), re.compile(pattern), nature, what)


SCRIPTS = "JavaScript, TypeScript, Vue, Svelte, Astro"

DEBUG_CALLS = (
    _call("Python, Cython", r"(?<!def )(?<![\w.])breakpoint\(\s*\)", "stop", "breakpoint()"),
    _call("Python, Cython", r"\b(?:i?pdb|pudb|wdb)\.(?:set_trace|post_mortem)\(", "stop", "debugger call"),
    _call("Python, Cython", r"\bdebugpy\.(?:breakpoint|wait_for_client)\(", "stop", "debugger call"),
    _call(
        "Python, Cython",
        r"(?:(?<=^)|(?<=\s)|(?<=;))(?:import|from)\s+(?:i?pdb|pudb|wdb)\b",
        "trace",
        "debugger import",
    ),
    _call("Python, Cython", r"(?<!def )(?<![\w.])ic\((?!\s*\))", "trace", "icecream call"),
    _call(
        "Python, Cython", r"(?<!def )(?<![\w.])p?print\((?!.*\bfile\s*=)", "output", "print() in library code"
    ),
    _call(SCRIPTS, r"(?<![\w.$'\"`/-])debugger\s*(?:;|$)", "stop", "debugger statement"),
    _call(SCRIPTS, r"(?<![\w.$])console\.(?:log|debug|dir|trace|table)\(", "trace", "console call"),
    _call("Ruby", r"\bbinding\.(?:pry|irb|remote_pry|break)\b", "stop", "debugger call"),
    _call("Ruby", r"(?<![\w.:])(?:byebug|debugger)\s*$", "stop", "debugger call"),
    _call("Ruby", r"\brequire\s+[\"'](?:pry|byebug|debug)(?:-\w+)?[\"']", "trace", "debugger import"),
    _call("PHP", r"(?<!function )(?<![\w$])(?:var_dump|dd|ddd|xdebug_break)\(", "trace", "dump call"),
    _call(
        "PHP", r"(?<!function )(?<![\w$>:])(?:print_r|var_export)\((?!.*\btrue\s*\))", "trace", "dump call"
    ),
    _call(
        "Go",
        r"\b(?:fmt|log)\.Print(?:ln|f)?\(\s*[\"`](?:DEBUG|debug|XXX|>>>|---|===|HERE|here)",
        "trace",
        "debug print",
    ),
    _call("Go", r"\bspew\.Dump\(|\bruntime\.Breakpoint\(", "trace", "dump call"),
    _call("Rust", r"(?<![\w:])dbg!\s*\(", "trace", "dbg!()"),
    _call("Java, Kotlin, Groovy", r"\bSystem\.(?:out|err)\.print(?:ln|f)?\(", "trace", "console print"),
    _call("Java", r"\.printStackTrace\(\s*\)", "trace", "printStackTrace()"),
    _call(
        "C, C++, CUDA, Objective-C",
        r"\bf?printf\((?:\s*stderr\s*,)?\s*\"(?:DEBUG|debug|XXX|>>>|HERE|here)",
        "trace",
        "debug print",
    ),
    _call(
        "C++", r"\b(?:std::)?c(?:out|err)\s*<<\s*\"(?:DEBUG|debug|XXX|>>>|HERE|here)", "trace", "debug print"
    ),
    _call("C#", r"\bDebugger\.(?:Break|Launch)\(", "stop", "debugger call"),
    _call(
        "C#", r"\bConsole\.Write(?:Line)?\(\s*\$?\"(?:DEBUG|debug|XXX|>>>|HERE|here)", "trace", "debug print"
    ),
    _call("Swift", r"(?<![\w.])(?:dump|debugPrint)\(", "trace", "debug print"),
    _call("Elixir", r"\bIEx\.pry\b|\b(?:Kernel\.)?dbg\(\s*\)", "stop", "debugger call"),
    _call("Elixir", r"\bIO\.inspect\(", "trace", "IO.inspect()"),
    _call("Perl", r"\bData::Dumper\b.*\bprint\b|\bprint\s+Dumper\b", "trace", "dump call"),
)

TALKS = re.compile(
    r"__name__\s*==\s*[\"']__main__|^\s*(?:import|from)\s+(?:argparse|click|typer|fire|docopt)\b|\bstatic\s+void\s+main\s*\(",
    re.MULTILINE,
)
"""A program that is started by a person: what it prints is its answer."""

APPROVED = re.compile(r"(?i)noqa(?!:)|noqa:.*\bT\d|eslint-disable|no-console|nosec|nolint")
"""The author told a linter that the line is meant."""


def find(file: ChangedFile) -> Iterator[Finding]:
    """Added debugging calls. Breakpoints count everywhere, prints only where a person is not the reader."""
    calls = [call for call in DEBUG_CALLS if file.language in call.languages]
    if not calls or is_generated(file.path, file.beginning):
        return
    talks = _talks(file)
    hits = [(line, hit) for line in file.added if (hit := _first_hit(line, calls))]
    amount = Counter(hit.what for _, hit in hits)
    for line, hit in hits:
        match hit.nature:
            case "stop":
                meant = False
            case "trace":
                meant = talks and "import" not in hit.what
            case "output":
                habit = amount[hit.what] > HABIT or is_test(file.path) or _is_older_habit(file, hit)
                meant = talks or habit or _goes_on(line)
        if not meant and not (hit.nature != "stop" and APPROVED.search(line.comment)):
            yield finding_at(file.path, line.number, NAME, SEVERITY[hit.nature], hit.what, line.text)


def _goes_on(line: AddedLine) -> bool:
    """Whether the call runs over several lines: output that was composed with care, not a leftover."""
    return line.code.count("(") > line.code.count(")")


def _first_hit(line: AddedLine, calls: list[DebugCall]) -> DebugCall | None:
    for call in calls:
        if any(line.code_at(match.start()) for match in call.pattern.finditer(line.text)):
            return call
    return None


def _talks(file: ChangedFile) -> bool:
    if is_script(file.path) or file.beginning.startswith("#!"):
        return True
    return bool(TALKS.search(file.text if file.text is not None else file.beginning))


def _is_older_habit(file: ChangedFile, call: DebugCall) -> bool:
    """Whether the file already made such calls on lines that this change does not add."""
    if file.text is None:
        return False
    added = {line.number for line in file.added}
    lines = enumerate(file.text.split("\n"), start=1)
    return any(number not in added and call.pattern.match(line.strip()) for number, line in lines)
