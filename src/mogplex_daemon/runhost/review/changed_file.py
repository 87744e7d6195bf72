"""One changed file as the checks see it."""

from dataclasses import dataclass
from functools import cached_property

from mogplex_daemon.runhost.review.diff import FileDiff
from mogplex_daemon.runhost.review.file_reader import LFS_HEADER
from mogplex_daemon.runhost.review.languages import language_of
from mogplex_daemon.runhost.review.masking import masked

SCANNED_LENGTH = 20_000
"""Characters of one line that checks look at."""


@dataclass(frozen=True, slots=True)
class AddedLine:
    """One added line. `code` and `comment` have the shape of `text`, with blanks for everything else."""

    number: int
    """In the new version, from 1."""
    text: str
    code: str
    comment: str

    def code_at(self, position: int) -> bool:
        """Whether the character at `position` is code, not inside a string or a comment."""
        return self.code[position] == self.text[position] and not self.text[position].isspace()


@dataclass(frozen=True)
class ChangedFile:
    """What a check gets: the diff of one file and, where it could be read, its new version."""

    diff: FileDiff
    content: bytes | None = None
    """The whole new version; None when deleted, too long, or not readable as text."""
    size: int | None = None
    """Bytes of the new version; None when unknown."""

    @property
    def path(self) -> str:
        """Where the file lies in the new version."""
        return self.diff.path

    @cached_property
    def language(self) -> str:
        """The language of the new version, by its name."""
        return language_of(self.diff.path)

    @property
    def is_text(self) -> bool:
        """Whether there is a new version made of lines that a person wrote."""
        diff = self.diff
        return not (diff.kind == "deleted" or diff.binary or diff.is_submodule or diff.is_symlink)

    @cached_property
    def text(self) -> str | None:
        """The whole new version, bytes that are not UTF-8 replaced; None when not known or not there."""
        if self.content is None or not self.is_text or self.content.startswith(LFS_HEADER):
            return None
        return self.content.decode("utf-8-sig", "replace")

    @cached_property
    def added(self) -> tuple[AddedLine, ...]:
        """The added lines with their code and comments told apart. Empty for what is not text."""
        if not self.is_text:
            return ()
        code, comments = self._masked_lines
        return tuple(
            self._added_line(line.new_number or 0, line.text.removesuffix("\r"), code, comments)
            for line in self.diff.added_lines
        )

    @property
    def beginning(self) -> str:
        """The first lines of the new version, as far as they are known."""
        if self.text is not None:
            return self.text[:2_000]
        return "\n".join(line.text for line in self.diff.added_lines[:5] if (line.new_number or 0) <= 5)

    @cached_property
    def _masked_lines(self) -> tuple[list[str], list[str]]:
        if self.text is None:
            return [], []
        parts = masked(self.text, self.language)
        return parts.code.split("\n"), parts.comments.split("\n")

    def _added_line(self, number: int, text: str, code: list[str], comments: list[str]) -> AddedLine:
        index = number - 1
        if index < len(code) and len(code[index].removesuffix("\r")) == len(text):
            own_code, own_comment = code[index], comments[index]
        else:  # the content is not at hand: the line is read by itself
            alone = masked(text, self.language)
            own_code, own_comment = alone.code, alone.comments
        length = min(len(text), SCANNED_LENGTH)
        return AddedLine(number, text[:length], own_code[:length], own_comment[:length])
