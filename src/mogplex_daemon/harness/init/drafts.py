"""The two files `/init` drafts, and the patch that adds them. Pure."""

from collections.abc import Mapping

from mogplex_daemon.harness.init.manifests import Commands

AGENTS_FILE = "AGENTS.md"
REVIEW_FILE = ".agents/commands/review.md"
FOLDERS_NAMED = 12
CHECKS = ("Lint", "Typecheck", "Types check", "Type check", "Check", "Test")
"""What is worth running before a change is called done."""

REVIEW_COMMAND = """\
---
description: Review the staged diff for bugs, missing tests and broken conventions
arguments:
  - name: focus
    kind: rest
    description: What to look at above all
---
Review the staged git diff for correctness bugs, missing tests, and anything that
contradicts AGENTS.md. Keep the result concise and cite file and line.

Look at this above all, if it names anything: ${focus}
"""


def agents_file(folders: Mapping[str, int], commands: Commands) -> str:
    """The draft of AGENTS.md; `folders` are those at the top, with the number of their files."""
    named = [f"- {does}: `{line}`" for does, line in commands]
    checks = [f"- Run `{line}`." for does, line in commands if does in CHECKS]
    biggest = sorted(folders, key=lambda name: (-folders[name], name))[:FOLDERS_NAMED]
    layout = [f"- `{name}/`: {_files(folders[name])}" for name in sorted(biggest)]
    sections = (
        ("Commands", named or ["- No build or test command is named in this folder; write them here."]),
        ("Layout", layout or ["- All files lie at the top."]),
        ("Repo Rules", ["- Preserve unrelated changes in the working tree."]),
        ("Verification", [*checks, "- Run `git diff --check`."]),
    )
    return "# AGENTS.md\n\n" + "\n".join(
        "\n".join((f"## {title}", "", *lines, "")) for title, lines in sections
    )


def add_files(texts: Mapping[str, str]) -> str:
    """A patch that adds files; it applies only where none of them is there."""
    sections = [
        "\n".join((f"*** Add File: {path}", *(f"+{line}" for line in text.splitlines())))
        for path, text in texts.items()
    ]
    return "\n".join(("*** Begin Patch", *sections, "*** End Patch", ""))


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
