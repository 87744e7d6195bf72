"""What a task asks to be reviewed, and which diff that comes down to. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

Scope = Literal["staged", "unstaged", "changes", "inventory"]
"""`changes`: whichever diff there is, staged first. `inventory`: no diff was asked for."""

ReviewedDiff = Literal["staged", "unstaged", "none"]

UNSTAGED = re.compile(
    r"(?i)\bun-?staged\b|\bnot (?:yet )?staged\b|\bwork(?:ing)?[ -]?(?:tree|copy|directory)\b"
)
STAGED = re.compile(
    r"(?i)(?<!not )(?<!not yet )\bstaged\b|\bcached\b|\bstaging area\b|\bgit index\b|\bthe index\b"
)
CHANGES = re.compile(
    r"(?i)\bdiffs?\b|\breview|\bregress|\bchang(?:e|es|ed|ing)\b|\buncommitted\b|\bpre-?commit\b|\bpatch(?:es)?\b"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which diff is reviewed. `reason` is a sentence for the reader when it is not the one asked for."""

    diff: ReviewedDiff
    reason: str = ""


def scope_of(task: str) -> Scope:
    """What the words of a task ask for. A task that names both diffs starts with the staged one."""
    if STAGED.search(task):
        return "staged"
    if UNSTAGED.search(task):
        return "unstaged"
    return "changes" if CHANGES.search(task) else "inventory"


def choose_diff(scope: Scope, *, staged_empty: bool, unstaged_empty: bool) -> Choice:
    """The diff to review: the one asked for, or the other one when that is empty."""
    if scope == "inventory":
        return Choice("none", "The task asks for no review of changes, so none was made.")
    if staged_empty and unstaged_empty:
        return Choice(
            "none", "Nothing is staged and no tracked file has unstaged changes: there is no diff to review."
        )
    match scope:
        case "staged" if staged_empty:
            return Choice("unstaged", "Nothing is staged. The unstaged diff was reviewed instead.")
        case "unstaged" if unstaged_empty:
            return Choice(
                "staged", "No tracked file has unstaged changes. The staged diff was reviewed instead."
            )
        case "staged" | "unstaged":
            return Choice(scope)
        case "changes" if staged_empty:
            return Choice("unstaged", "Nothing is staged, so the unstaged diff was reviewed.")
        case "changes":
            return Choice("staged")
