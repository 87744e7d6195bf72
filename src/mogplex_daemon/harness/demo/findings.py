"""What `review_changes` and `survey_repo` answer, read as far as the demo needs it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

SEVERITIES = ("high", "medium", "low")


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Finding(_Answer):
    """One thing a check found."""

    path: str
    line: int | None = None
    severity: Literal["high", "medium", "low"]
    message: str = ""

    @property
    def place(self) -> str:
        """`path:line`, or just the path."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


class Review(_Answer):
    """The answer of `review_changes`."""

    summary: str
    reviewed: Literal["staged", "unstaged", "none"]
    findings: tuple[Finding, ...] = ()
    findings_left_off: int = 0
    """How many more there are than are listed."""
    report_text: str

    def counts(self) -> str:
        """The listed findings by severity: `2 high, 1 low`."""
        levels = ((level, sum(one.severity == level for one in self.findings)) for level in SEVERITIES)
        return ", ".join(f"{count} {level}" for level, count in levels if count) or "no findings"


class LanguageShare(_Answer):
    """How much of the folder one language makes up."""

    language: str
    files: int


class FileFact(_Answer):
    """One of the biggest files."""

    path: str
    nature: str


class Inventory(_Answer):
    """The folder in numbers."""

    languages: tuple[LanguageShare, ...] = ()
    biggest: tuple[FileFact, ...] = ()
    files: int
    lines: int


class Repository(_Answer):
    """Where the git repository stands."""

    branch: str | None = None


class Survey(_Answer):
    """The answer of `survey_repo`."""

    repository: Repository | None = None
    inventory: Inventory
    notes: tuple[str, ...] = ()


def read_review(text: str) -> Review | None:
    """The answer of `review_changes`; None when it is something else."""
    try:
        return Review.model_validate_json(text)
    except ValidationError:
        return None


def read_survey(text: str) -> Survey | None:
    """The answer of `survey_repo`; None when it is something else."""
    try:
        return Survey.model_validate_json(text)
    except ValidationError:
        return None
