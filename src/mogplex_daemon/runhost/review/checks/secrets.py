"""Added lines that hold something that looks like a real secret. No finding repeats it."""

from collections.abc import Iterator
from itertools import pairwise

from mogplex_daemon.runhost.review.changed_file import AddedLine, ChangedFile
from mogplex_daemon.runhost.review.finding import Finding, FindingSeverity, finding_at
from mogplex_daemon.runhost.review.path_kinds import is_generated, is_test
from mogplex_daemon.runhost.review.secret_text import (
    SecretSpan,
    find_secrets,
    masked_value,
    opens_private_key,
)

NAME = "secret"

SETTINGS_LANGUAGES = frozenset(("Settings", "INI", "YAML", "TOML", "Dockerfile", "Shell", "Text"))
"""Where `NAME=value` is written without quotes."""


def find(file: ChangedFile) -> Iterator[Finding]:
    """At most one finding a line; the surest secret of the line speaks for it."""
    bare_values = file.language in SETTINGS_LANGUAGES
    generated = file.language == "Lock file" or is_generated(file.path, file.beginning)
    for line, next_line in pairwise((*file.added, None)):
        if line is None:
            continue
        following = next_line.text if next_line and next_line.number == line.number + 1 else ""
        if opens_private_key(line.text, following):
            yield finding_at(file.path, line.number, NAME, "high", "private key", line.text)
            continue
        spans = [
            span
            for span in find_secrets(line.text, bare_values=bare_values)
            if span.certainty == "format" or not generated
        ]
        if spans:
            yield _finding(file, line, min(spans, key=lambda span: span.certainty != "format"))


def _finding(file: ChangedFile, line: AddedLine, span: SecretSpan) -> Finding:
    shown = masked_value(line.text[span.start : span.end])
    return finding_at(file.path, line.number, NAME, _severity(file, span), f"{span.what}: {shown}", line.text)


def _severity(file: ChangedFile, span: SecretSpan) -> FindingSeverity:
    """A token in a provider's format is one wherever it lies; a password in a test is mostly made up."""
    if span.certainty == "format":
        return "medium" if span.what == "JSON Web Token" else "high"
    return "low" if is_test(file.path) else "high"
