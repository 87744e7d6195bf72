"""How risky an action is, in one word and a short reason. It informs a person; it decides nothing.

low: reads and dry runs. medium: everything that is not known to be low or high. high: deletes, the network,
other users' rights, whatever is outside the workspace, and lines that hide what they do.
"""

import re
from collections.abc import Mapping, Sequence
from typing import assert_never

from mogplex_contracts.patterns import PATH_KINDS, split_descriptor
from mogplex_contracts.shell import Problem, SimpleCommand, split
from mogplex_contracts.shell_tables import HARMLESS_TARGETS
from mogplex_contracts.vocabulary import ActionKind, Risk

Assessment = tuple[Risk, str]
"""The risk, and why: a few words for a person."""

ORDER: Mapping[Risk, int] = {"low": 0, "medium": 1, "high": 2}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


READS: frozenset[str] = _words(
    """
    [ [[ : basename cat cd cmp column comm cut date df diff dirname du echo egrep expr false fgrep file find
    fold grep head hostname id jq ls md5sum nl nproc od paste pwd printf ps read readlink realpath rg seq
    sha1sum sha256sum sort stat strings tac tail test tr tree true tty type uname uptime wc whereis which
    whoami
    """
)
"""Programs that only read, unless one of their WRITING_OPTIONS is there."""

READS_OF: Mapping[str, frozenset[str]] = {
    "git": _words(
        """
        blame cat-file count-objects describe diff diff-tree for-each-ref grep log ls-files ls-tree merge-base
        name-rev rev-list rev-parse shortlog show show-ref status whatchanged
        """
    ),
    "npm": _words("ls list"),
    "pip": _words("list show freeze check"),
    "cargo": _words("tree metadata"),
    "command": _words("-v -V"),
}
"""Programs whose first argument tells whether they only read."""

WRITING_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "date": ("-s", "--set"),
    "find": ("-exec", "-ok", "-fprint", "-fls"),
    "git": ("--output", "-O", "--open-files", "--ext-diff", "--textconv"),
    "rg": ("--pre",),
    "sort": ("-o", "--output", "--compress-program"),
    "tree": ("-o",),
}
"""Options, by how they begin, that make a reading program write or run something."""

DRY_RUNS: Mapping[tuple[str, str], frozenset[str]] = {
    ("git", "add"): _words("-n --dry-run"),
    ("git", "clean"): _words("-n --dry-run"),
    ("git", "commit"): _words("--dry-run"),
    ("git", "mv"): _words("-n --dry-run"),
    ("git", "rm"): _words("-n --dry-run"),
    ("git", "apply"): _words("--check --stat --numstat --summary"),
}
"""Options that only tell what would be done."""

HIGH: Mapping[str, frozenset[str]] = {
    "deletes": _words("dd fdisk mkfs parted rm rmdir shred truncate unlink wipefs"),
    "uses the network": _words(
        """
        aws az curl dig docker ftp gcloud gh glab helm host kubectl nc ncat netcat npx nslookup podman rsync
        scp sftp socat ssh telnet terraform uvx wget bunx
        """
    ),
    "runs with other rights": _words("doas pkexec su sudo"),
    "stops processes or the machine": _words("halt kill killall pkill poweroff reboot shutdown systemctl"),
    "leaves something running later": _words("at batch crontab"),
}
"""Programs that are risky whatever their arguments."""

HIGH_OF: Mapping[str, Mapping[str, frozenset[str]]] = {
    "git": {
        "uses the network": _words(
            "clone fetch ls-remote pull push submodule send-email request-pull svn lfs"
        ),
        "deletes": _words("clean filter-branch filter-repo gc prune rm"),
        "throws away changes": _words("restore checkout-index"),
    },
    "npm": {"uses the network": _words("add audit ci exec i init install outdated publish update view x")},
    "pnpm": {"uses the network": _words("add audit dlx i install publish up update")},
    "yarn": {"uses the network": _words("add audit dlx install npm publish up upgrade")},
    "bun": {"uses the network": _words("add install publish update x")},
    "pip": {"uses the network": _words("download install wheel"), "deletes": _words("uninstall")},
    "uv": {"uses the network": _words("add lock pip publish sync tool")},
    "poetry": {"uses the network": _words("add install lock publish update")},
    "cargo": {"uses the network": _words("add fetch install publish search update")},
    "gem": {"uses the network": _words("fetch install push update")},
    "go": {"uses the network": _words("get install mod")},
    "apt": {
        "uses the network": _words("full-upgrade install update upgrade"),
        "deletes": _words("purge remove"),
    },
    "brew": {"uses the network": _words("install update upgrade"), "deletes": _words("uninstall")},
}
"""Programs whose first argument tells that they are risky."""

HIGH_WITH: Sequence[tuple[str, str, frozenset[str], str]] = (
    ("git", "branch", _words("-d -D --delete"), "deletes"),
    ("git", "tag", _words("-d --delete"), "deletes"),
    ("git", "stash", _words("drop clear"), "deletes"),
    ("git", "worktree", _words("remove prune"), "deletes"),
    ("git", "reflog", _words("expire delete"), "deletes"),
    ("git", "update-ref", _words("-d --delete"), "deletes"),
    ("git", "remote", _words("update prune"), "uses the network"),
    ("git", "reset", _words("--hard --merge --keep"), "throws away changes"),
    ("git", "checkout", _words("-f --force -- ."), "throws away changes"),
    ("git", "switch", _words("-f --force --discard-changes"), "throws away changes"),
    ("find", "", _words("-delete"), "deletes"),
    ("rsync", "", _words("--delete"), "deletes"),
    ("chmod", "", _words("-R --recursive"), "changes permissions of a whole tree"),
    ("chown", "", _words("-R --recursive"), "changes permissions of a whole tree"),
    ("chgrp", "", _words("-R --recursive"), "changes permissions of a whole tree"),
)
"""Program, first argument (empty: any), options of which one makes it risky, and why."""

SAME_AS: Mapping[str, str] = {"apt-get": "apt", "dnf": "apt", "yum": "apt", "pip3": "pip", "egrep": "grep"}
PROGRAM_FOLDERS: tuple[str, ...] = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")
PRINTS: frozenset[str] = _words("echo printf")
"""Their arguments are text and never paths."""
GIT_VALUE_OPTIONS: frozenset[str] = _words("-C -c --git-dir --work-tree")
GIT_HARMLESS_OPTIONS: frozenset[str] = _words("-C --git-dir --work-tree --no-pager -P")


def assess(
    kind: ActionKind, descriptors: Sequence[str], workspace: str = "", dry_run: bool = False
) -> Assessment:
    """The risk of an action and why.

    `descriptors` are those the permission rules see. `workspace` is its absolute path, to tell inside from
    outside in commands; without it every absolute path is outside. `dry_run`: nothing will be changed.
    """
    match kind:
        case "use_remote_tool":
            return "high", "runs a tool on another machine"
        case "delete_file":
            return "high", "deletes"
        case "write_memory":
            return "medium", "writes long-term memory"
        case "change_model":
            return "medium", "changes the model"
        case "raise_limit":
            return "medium", "lets the run use more than was set"
        case "run_command":
            found = [_line(split_descriptor(descriptor)[1], workspace) for descriptor in descriptors]
            return _highest(found, ("medium", "runs a command"))
        case "read":
            return _highest([_path(descriptor) for descriptor in descriptors], ("low", "only reads"))
        case "apply_patch":
            if dry_run:
                return "low", "a dry run"
            found = [_path(descriptor) for descriptor in descriptors]
            return _highest([("medium", "writes inside the workspace"), *found])
        case _:
            assert_never(kind)


def _highest(found: Sequence[Assessment], nothing: Assessment = ("medium", "unknown")) -> Assessment:
    """The first of the highest; `nothing` when there is none."""
    return max(found, key=lambda assessment: ORDER[assessment[0]], default=nothing)


def _path(descriptor: str) -> Assessment:
    kind, path = split_descriptor(descriptor)
    if kind not in PATH_KINDS:
        return "medium", "unknown"
    if path.startswith("/") or ".." in path.split("/"):
        return "high", "outside the workspace"
    if kind == "delete":
        return "high", "deletes"
    if kind == "read":
        return "low", "only reads"
    if ".git" in path.split("/"):
        return "high", "writes into .git"
    return "medium", "writes inside the workspace"


def _line(line: str, workspace: str) -> Assessment:
    parsed = split(line)
    commands = [_command(command, workspace) for command in parsed.commands]
    problems = [_problem(problem, workspace) for problem in parsed.problems]
    return _highest([*problems, *commands])


def _problem(problem: Problem, workspace: str) -> Assessment:
    match problem.kind:
        case "unparsable" | "hidden_code" | "environment":
            return "high", problem.text
        case "substitution":
            # What runs inside is a command of the line and has its own risk.
            return "medium", problem.text
        case "redirection":
            if _outside(problem.target, workspace):
                return "high", f"{problem.text}, outside the workspace"
            return ("high" if ".git" in problem.target.split("/") else "medium"), problem.text
        case _:
            assert_never(problem.kind)


def _command(command: SimpleCommand, workspace: str) -> Assessment:
    program, *arguments = command.words
    if program.startswith("/") and not program.startswith((*PROGRAM_FOLDERS, _inside(workspace))):
        return "high", f"{program} is outside the workspace"
    name = program.rpartition("/")[2]
    name = SAME_AS.get(name, "mkfs" if name.startswith("mkfs.") else name)
    if name.startswith("python") and arguments[:2] == ["-m", "pip"]:
        name, arguments = "pip", arguments[2:]
    verb, options, steered = _verb(name, arguments)
    # An option before the first argument may have taken it as its value.
    uncertain = name != "git" and bool(arguments) and arguments[0].startswith("-")
    reason = _high_reason(name, arguments if uncertain else (verb,), verb, options)
    dry = bool(DRY_RUNS.get((name, verb), frozenset()) & set(options))
    if reason is not None and not dry:
        return "high", f"{name} {verb}".rstrip() + f" {reason}"
    paths = () if name in PRINTS else arguments
    for word in paths:
        if _outside(word, workspace):
            return "high", f"{word} is outside the workspace"
    if dry:
        return "low", "a dry run"
    starts = WRITING_OPTIONS.get(name, ())
    writes = steered or any(option.startswith(starts) for option in arguments if starts)
    if name not in PRINTS and any("$" in word for word in arguments) and not command.known:
        return "medium", f"{name} works on what is only known when it runs"
    if not writes and (name in READS or verb in READS_OF.get(name, frozenset())):
        return "low", "only reads"
    if any(".git" in word.split("/") for word in paths):
        return "high", "works on .git"
    return "medium", f"{name} may change files"


def _verb(name: str, arguments: Sequence[str]) -> tuple[str, Sequence[str], bool]:
    """First argument that is no option, the rest, and whether options before it change what it does."""
    place, steered = 0, False
    while place < len(arguments) and arguments[place].startswith("-"):
        if name == "command":
            break
        takes_value = name == "git" and arguments[place] in GIT_VALUE_OPTIONS
        steered = steered or (name == "git" and arguments[place] not in GIT_HARMLESS_OPTIONS)
        place += 2 if takes_value else 1
    if name not in READS_OF and name not in HIGH_OF:
        return "", arguments, False
    return (arguments[place] if place < len(arguments) else ""), arguments[place + 1 :], steered


def _high_reason(name: str, verbs: Sequence[str], verb: str, options: Sequence[str]) -> str | None:
    for reason, names in HIGH.items():
        if name in names:
            return reason
    for reason, risky in HIGH_OF.get(name, {}).items():
        if not risky.isdisjoint(verbs):
            return reason
    for program, first, risky, reason in HIGH_WITH:
        if name == program and first in ("", verb) and any(_has(options, option) for option in risky):
            return reason
    return None


def _has(words: Sequence[str], option: str) -> bool:
    """Whether the option is there, also as one letter of several: `-R` in `-vR`."""
    letter = option[1:] if re.fullmatch(r"-\w", option) else None
    together = re.compile(rf"-\w*{letter}\w*") if letter else None
    return any(word == option or (together and together.fullmatch(word)) for word in words)


def _outside(word: str, workspace: str) -> bool:
    """Whether a word, or the value of an option in it, leads out of the workspace as far as it is known."""
    for text in (word, word.partition("=")[2]):
        path = text.strip("\"'")
        if path in HARMLESS_TARGETS or path == workspace:
            continue
        if path.startswith(("~", "$HOME", "${HOME}", "$OLDPWD")) or ".." in path.split("/"):
            return True
        if path.startswith("/") and not (workspace and path.startswith(_inside(workspace))):
            return True
    return False


def _inside(workspace: str) -> str:
    """What every path inside the workspace begins with; what none begins with when it is not known."""
    return workspace.rstrip("/") + "/" if workspace else "\0"
