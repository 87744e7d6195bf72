"""A line changed in one small thing that turns what it does: `<` for `<=`, `and` for `or`, one more or less."""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.diff import DiffLine, Hunk
from mogplex_daemon.runhost.review.finding import Finding, finding_at
from mogplex_daemon.runhost.review.masking import FAMILIES, masked
from mogplex_daemon.runhost.review.path_kinds import is_generated

NAME = "moved-boundary"

TOKEN = re.compile(r"\w+|[<>=!]==?|&&|\|\||[^\w\s]")
OPPOSITES = (
    ("<", "<="),
    (">", ">="),
    ("<", ">"),
    ("<=", ">="),
    ("<=", ">"),
    ("<", ">="),
    ("==", "!="),
    ("===", "!=="),
    ("and", "or"),
    ("&&", "||"),
    ("True", "False"),
    ("true", "false"),
    ("min", "max"),
    ("any", "all"),
    ("+", "-"),
)
TURNS = frozenset(frozenset(pair) for pair in OPPOSITES)
NEGATIONS = (("not",), ("!",))
ONE_MORE = re.compile(r"[+-] \d+")
PLACES = frozenset(("[", "<", ">", "<=", ">=", ":", "range"))
"""Before or around a number that says where something begins or ends."""
NOT_CODE = frozenset(("CSS", "SCSS", "Less", "Textual CSS", "TOML", "YAML", "INI", "HTML", "Dockerfile"))


def find(file: ChangedFile) -> Iterator[Finding]:
    """One finding for each changed line that differs from its old version in such a thing alone."""
    if file.language not in FAMILIES or file.language in NOT_CODE or not file.is_text:
        return
    if is_generated(file.path, file.beginning):
        return
    for hunk in file.diff.hunks:
        for old, new in _pairs(hunk):
            turn = turned(_tokens(old.text, file.language), _tokens(new.text, file.language))
            if turn:
                yield finding_at(file.path, new.new_number, NAME, "low", turn, new.text)


def _pairs(hunk: Hunk) -> Iterator[tuple[DiffLine, DiffLine]]:
    """Old and new versions of lines: blocks of as many removed as added lines."""
    blocks = [(kind, list(lines)) for kind, lines in groupby(hunk.lines, key=lambda line: line.kind)]
    for (first, removed), (second, added) in pairwise(blocks):
        if (first, second) == ("removed", "added") and len(removed) == len(added):
            yield from zip(removed, added, strict=True)


def _tokens(text: str, language: str) -> list[str]:
    return TOKEN.findall(masked(text, language).code)


def turned(old: list[str], new: list[str]) -> str:
    """What turned between two versions of a line; empty when it is nothing, or more than one small thing."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    gone, come = tuple(old[start : len(old) - end]), tuple(new[start : len(new) - end])
    match gone, come:
        case (before,), (after,) if frozenset((before, after)) in TURNS:
            return f"`{before}` became `{after}`"
        case (before,), (after,) if _moved_by_one(before, after) and PLACES & {
            *old[:start][-1:],
            *old[:start],
        }:
            return f"{before} became {after}"
        case _ if (not gone and come in NEGATIONS) or (not come and gone in NEGATIONS):
            return f"`{(come or gone)[0]}` was {'added' if come else 'taken away'}"
        case _ if not (gone and come) and ONE_MORE.fullmatch(" ".join(gone or come)):
            return f"`{' '.join(gone or come)}` was {'added' if come else 'taken away'}"
        case _:
            return ""


def _moved_by_one(before: str, after: str) -> bool:
    return before.isdecimal() and after.isdecimal() and abs(int(before) - int(after)) == 1
