"""One thing a check found, and how it is made safe to show."""

from dataclasses import dataclass
from typing import Literal

from mogplex_daemon.runhost.review.printable import printable, shortened, shown_path
from mogplex_daemon.runhost.review.secret_text import mask_secrets

FindingSeverity = Literal["high", "medium", "low"]
"""high: breaks a build or leaks. medium: probably not meant. low: worth a look."""

SEVERITIES: tuple[FindingSeverity, ...] = ("high", "medium", "low")
EXCERPT_LIMIT = 120
"""Characters of a line that an excerpt shows at most."""

MESSAGE_LIMIT = 300
MASKED_SPAN = 4_000
"""Characters of a line that are searched for secrets before it is cut to an excerpt."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Made by `finding_at`, which keeps secrets and control characters out of it."""

    path: str
    """Relative to the reviewed folder, unsafe characters escaped."""
    line: int | None
    """Line in the new version, from 1; None when the finding is about the whole file."""
    check: str
    severity: FindingSeverity
    message: str
    excerpt: str = ""
    """The line itself, shortened, secrets masked. Empty for a finding about the whole file."""

    @property
    def place(self) -> str:
        """`path:line`, or just the path."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def finding_at(
    path: str, line: int | None, check: str, severity: FindingSeverity, message: str, source: str = ""
) -> Finding:
    """A finding whose message and excerpt are printable and repeat no secret. `source` is the line's text."""
    return Finding(
        path=shown_path(path),
        line=line,
        check=check,
        severity=severity,
        message=safe_text(message, MESSAGE_LIMIT),
        excerpt=safe_text(source, EXCERPT_LIMIT),
    )


def safe_text(text: str, limit: int) -> str:
    """One printable line without secrets, at most `limit` characters."""
    # Invisible characters go first: one inside a token would hide it from the masking and then vanish.
    return shortened(mask_secrets(printable(text[:MASKED_SPAN])).strip(), limit)


def in_reading_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Most severe first, then by path, line and check; one finding for one line and check."""
    ordered = sorted(findings, key=_reading_order)
    first_of_place = {(one.path, one.line, one.check): one for one in reversed(ordered)}
    return tuple(sorted(first_of_place.values(), key=_reading_order))


def _reading_order(finding: Finding) -> tuple[int, str, int, str, str]:
    return (
        SEVERITIES.index(finding.severity),
        finding.path,
        finding.line or 0,
        finding.check,
        finding.message,
    )
