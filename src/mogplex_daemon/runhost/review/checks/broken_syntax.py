"""New versions that do not parse: JSON, TOML, YAML and Python."""

import json
import re
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import yaml

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks.conflict_markers import is_conflicted
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.path_kinds import is_broken_on_purpose

NAME = "broken-syntax"

TEMPLATE = re.compile(r"\{\{|\{%|<%")
"""A file with these is filled in by a program before it is read."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where and why a text does not parse."""

    line: int | None
    message: str
    severity: FindingSeverity = "high"


def find(file: ChangedFile) -> Iterator[Finding]:
    """One finding for a changed file whose new version does not parse.

    Silent on templates, on examples of broken input among tests, and on files in conflict, where the conflict
    is the finding.
    """
    parse = PARSERS.get(file.language)
    if parse is None or file.text is None or not (file.added or file.diff.removed_count):
        return
    if is_conflicted(file.text) or is_broken_on_purpose(file.path):
        return
    broken = parse(file)
    if broken is None or TEMPLATE.search(file.text + file.path):
        return
    source = _line_of(file.text, broken.line)
    yield finding_at(file.path, broken.line, NAME, broken.severity, broken.message, source)


COMMENTED_JSON = re.compile(
    r"(?:^|/)(?:[jt]sconfig[^/]*\.json|\.?(?:eslintrc|babelrc|swcrc|jshintrc|jscsrc)(?:\.json)?|tslint\.json|deno\.json"
    r"|devcontainer\.json|api-extractor\.json|nx\.json|turbo\.json|biome\.json|wrangler\.json|renovate\.json"
    r"|\.?markdownlint\.json|language-configuration\.json|pyrightconfig\.json|composer\.dev\.json"
    r"|(?:\.vscode|\.devcontainer|\.zed|\.cursor)/[^/]+\.json)$"
)
"""JSON files whose readers take comments and trailing commas."""

JSON_STRING = r'(?P<string>"(?:\\.|[^"\\\n])*")'
JSON_COMMENT = re.compile(rf"{JSON_STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
JSON_TRAILING_COMMA = re.compile(rf"{JSON_STRING}|,(?=\s*[\]}}])", re.DOTALL)


def _json(file: ChangedFile) -> Broken | None:
    text = file.text or ""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if not _is_json_with_extras(text):
            return Broken(error.lineno, f"not valid JSON: {_sentence(error.msg)}")
        if COMMENTED_JSON.search(file.path):
            return None
        return Broken(error.lineno, "comment or trailing comma: plain JSON parsers refuse the file", "medium")
    except RecursionError:
        return None
    return None


def _is_json_with_extras(text: str) -> bool:
    """Whether the text is JSON once comments and trailing commas are gone."""
    plain = JSON_COMMENT.sub(_only_string, text)
    plain = JSON_TRAILING_COMMA.sub(_only_string, plain)
    try:
        json.loads(plain)
    except (ValueError, RecursionError):
        return False
    return True


def _only_string(match: re.Match[str]) -> str:
    return match["string"] or " "


def _json_lines(file: ChangedFile) -> Broken | None:
    for line in file.added:
        try:
            json.loads(line.text or "null")
        except json.JSONDecodeError as error:
            return Broken(line.number, f"not valid JSON: {_sentence(error.msg)}")
        except RecursionError:
            continue
    return None


TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def _toml(file: ChangedFile) -> Broken | None:
    try:
        tomllib.loads((file.text or "").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = TOML_PLACE.search(message)
        line = int(place[1]) if place and place[1] else (file.text or "").count("\n") or 1
        return Broken(line, f"not valid TOML: {_sentence(TOML_PLACE.sub('', message))}")
    except RecursionError:
        return None
    return None


YAML_DEPTH = 500
"""Levels of nesting after which a YAML file is taken as it is."""


def _yaml(file: ChangedFile) -> Broken | None:
    try:
        return _undefined_alias(file.text or "")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Broken(mark.line + 1 if mark else None, f"not valid YAML: {_sentence(error.problem or '')}")
    except yaml.YAMLError:
        return Broken(None, "not valid YAML: it holds a character that YAML does not allow")


def _undefined_alias(text: str) -> Broken | None:
    """Read all events. No object is built, so any tag is welcome and an alias costs nothing."""
    loader = yaml.CSafeLoader(text)
    anchors: set[str] = set()
    depth = 0
    while depth <= YAML_DEPTH and (event := loader.get_event()) is not None:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        match event:
            case yaml.DocumentStartEvent():
                anchors.clear()
            case yaml.AliasEvent(anchor=str(anchor)) if anchor not in anchors:
                line = event.start_mark.line + 1 if event.start_mark else None
                return Broken(line, f"not valid YAML: no anchor is called {anchor}")
            case yaml.NodeEvent(anchor=str(anchor)):
                anchors.add(anchor)
            case _:
                pass
    return None


RUNNING_PYTHON = sys.version_info[:2]
NEWER_SYNTAX: tuple[tuple[tuple[int, int], re.Pattern[str]], ...] = (
    (
        (3, 12),
        re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\[|^\s*type\s+\w+.*=|\b[rR]?[fF][rR]?[\"']"),
    ),
    ((3, 13), re.compile(r"^\s*(?:def|class)\s+\w+\s*\[[^]]*=")),
    ((3, 14), re.compile(r"\b[rR]?[tT][rR]?[\"']|^\s*except\*?\s+[\w.]+\s*,")),
)
"""What a later Python added, as far as one line shows it."""


def _python(file: ChangedFile) -> Broken | None:
    version = f"Python {RUNNING_PYTHON[0]}.{RUNNING_PYTHON[1]}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(file.content or b"", "reviewed.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = _line_of(file.text or "", error.lineno)
        newer = next(
            (since for since, form in NEWER_SYNTAX if since > RUNNING_PYTHON and form.search(line)), None
        )
        if newer:
            since = f"{newer[0]}.{newer[1]}"
            return Broken(
                error.lineno, f"does not parse with {version}; it may need Python {since} or newer", "low"
            )
        return Broken(error.lineno, f"does not parse with {version}: {_sentence(error.msg)}")
    except ValueError:
        return Broken(None, f"does not parse with {version}: it holds a NUL character")
    except (RecursionError, MemoryError, OverflowError):
        return None
    return None


def _line_of(text: str, number: int | None) -> str:
    lines = text.split("\n")
    return lines[number - 1] if number and number <= len(lines) else ""


def _sentence(message: str) -> str:
    """A parser's message as the end of a sentence."""
    return message[:1].lower() + message[1:].rstrip(".") if message[1:2].islower() else message


PARSERS: dict[str, Callable[[ChangedFile], Broken | None]] = {
    "JSON": _json,
    "JSON Lines": _json_lines,
    "Notebook": _json,
    "Python": _python,
    "TOML": _toml,
    "YAML": _yaml,
}
"""By language. Each gets the file with its text known."""
