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
DRAFTED = (AGENTS_FILE, REVIEW_FILE)
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
    top, everything = LISTED.findall(lists[0].text), LISTED.findall(lists[1].text)
    reads = {result.arguments.get("path"): result for result in results if result.tool == "read_file"}
    manifests = [name for name in MANIFESTS if name in top]
    patches = [result for result in results if result.tool == "apply_patch"]
    # A file that git ignores is not listed: then the patch that adds it fails, and what is there is read after all.
    in_the_way = bool(patches) and patches[0].outcome == "error"
    wanted = [path for path in DRAFTED if path not in top and path not in everything]
    for path in (*manifests, *(wanted if in_the_way else ())):
        if path not in reads:
            return Step(use=Use("read_file", {"path": path}))
    absent = [path for path in wanted if path not in reads or _is_missing(reads[path])]
    if not absent:
        return Step(say=f"{' and '.join(DRAFTED)} are there already. Nothing was written.")
    if not patches or (in_the_way and len(patches) == 1 and len(absent) < len(wanted)):
        texts = {name: reads[name].text for name in manifests if reads[name].ok}
        folders = Counter(path.split("/")[0] for path in everything if "/" in path)
        drafts = {
            AGENTS_FILE: agents_file(folders, commands_of(texts, frozenset(top))),
            REVIEW_FILE: REVIEW_COMMAND,
        }
        kept = "" if len(absent) == len(DRAFTED) else " What is there already stays as it is."
        return Step(
            say=f"I ask to add {' and '.join(absent)}.{kept}",
            use=Use("apply_patch", {"patch": add_files({path: drafts[path] for path in absent})}),
        )
    if patches[-1].ok:
        try_it = " /review runs the review command." if REVIEW_FILE in absent else ""
        return Step(
            say=f"Added {' and '.join(absent)}. They are drafts: read them, then make them yours.{try_it}"
        )
    return Step(say=f"Nothing was written: {why_not(patches[-1])}.")


def summary(results: tuple[Result, ...]) -> str:
    """What came of it, in a sentence."""
    patched = last(results, "apply_patch")
    if patched is None:
        return "Nothing was missing, so nothing was written."
    return "The drafts were added." if patched.ok else f"Nothing was written: {why_not(patched)}."


def _is_missing(read: Result) -> bool:
    return not read.ok and MISSING in read.text
