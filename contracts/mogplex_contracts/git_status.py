"""What `git status` says of a working tree, read from its machine format. Pure."""

from dataclasses import dataclass

GIT_STATUS: tuple[str, ...] = ("git", "status", "--porcelain=v2", "--branch", "-z")
"""The command whose output `parse_git_status` reads. Run it with GIT_OPTIONAL_LOCKS=0."""


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """A working tree: its branch and how many files differ from the last commit."""

    branch: str | None = None
    """None on a detached head."""
    added: int = 0
    """New or untracked files."""
    modified: int = 0
    """Changed, renamed and conflicted files."""
    deleted: int = 0
    """Files that are gone."""

    @property
    def dirty(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.modified or self.deleted)


def parse_git_status(output: bytes) -> WorkingTree:
    """The working tree that the output of GIT_STATUS describes."""
    branch: str | None = None
    added = modified = deleted = 0
    records = iter(output.decode("utf-8", "replace").split("\0"))
    for record in records:
        kind, _, rest = record.partition(" ")
        if record.startswith("# branch.head "):
            head = record.removeprefix("# branch.head ")
            branch = None if head == "(detached)" else head
        elif kind == "?":
            added += 1
        elif kind == "u":
            modified += 1
        elif kind in ("1", "2"):
            if kind == "2":
                next(records, None)  # the old name of a renamed file is a record of its own
            change = rest[:2]
            if "D" in change:
                deleted += 1
            elif "A" in change:
                added += 1
            else:
                modified += 1
    return WorkingTree(branch, added, modified, deleted)
