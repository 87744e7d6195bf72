"""What the script does, step by step: look, read the manifests, see what is there already, ask to add the rest."""

import re
from collections import Counter

from mogplex_daemon.harness.demo.script import Notes, Result, Step, Use, last, why_not
from mogplex_daemon.harness.init.drafts import (
    AGENTS_FILE,
    REVIEW_COMMAND,
    REVIEW_FILE,
    add_files,
    agents_file,
)
from mogplex_daemon.harness.init.manifests import MANIFESTS, commands_of

LISTED = re.compile(r"^(.+) \((?:\d+ bytes|symlink)\)$", re.MULTILINE)
MISSING = "No such file"
"""How the tool that reads says that there is nothing."""
FILES_LISTED = 5_000


def step(notes: Notes, results: tuple[Result, ...]) -> Step:
    """The next step of the script."""
    lists = [result for result in results if result.tool == "list_files"]
    if not lists:
        return Step(
            say="I look at what lies here. I am a script: no model is called.",
            use=Use("list_files", {"path": ".", "glob": "/*"}),
        )
    if len(lists) == 1:
        return Step(use=Use("list_files", {"path": ".", "limit": FILES_LISTED}))
    top = frozenset(LISTED.findall(lists[0].text))
    reads = {result.arguments.get("path"): result for result in results if result.tool == "read_file"}
    wanted = [name for name in MANIFESTS if name in top]
    for path in (*wanted, AGENTS_FILE, REVIEW_FILE):
        if path not in reads:
            return Step(use=Use("read_file", {"path": path}))
    absent = [
        path for path in (AGENTS_FILE, REVIEW_FILE) if MISSING in reads[path].text and not reads[path].ok
    ]
    if not absent:
        return Step(say=f"{AGENTS_FILE} and {REVIEW_FILE} are there already. Nothing was written.")
    patched = last(results, "apply_patch")
    if patched is None:
        texts = {name: reads[name].text for name in wanted if reads[name].ok}
        folders = Counter(path.split("/")[0] for path in LISTED.findall(lists[1].text) if "/" in path)
        drafts = {AGENTS_FILE: agents_file(folders, commands_of(texts, top)), REVIEW_FILE: REVIEW_COMMAND}
        kept = "" if len(absent) > 1 else " What is there already stays as it is."
        return Step(
            say=f"I ask to add {' and '.join(absent)}.{kept}",
            use=Use("apply_patch", {"patch": add_files({path: drafts[path] for path in absent})}),
        )
    if patched.ok:
        return Step(
            say=f"Added {' and '.join(absent)}. They are drafts: read them, then make them yours. "
            f"{'/review runs the review command.' if REVIEW_FILE in absent else ''}".rstrip()
        )
    return Step(say=f"Nothing was written: {why_not(patched)}.")


def summary(results: tuple[Result, ...]) -> str:
    """What came of it, in a sentence."""
    patched = last(results, "apply_patch")
    if patched is None:
        return "Nothing was missing, so nothing was written."
    return "The drafts were added." if patched.ok else f"Nothing was written: {why_not(patched)}."
