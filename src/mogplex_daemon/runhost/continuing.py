"""Taking up an ended run: its agent goes on in a new run, with what it knew and without repeating what it did."""

import os
from pathlib import Path

from mogplex_contracts.commands.run import RunStart
from mogplex_daemon.harness.registry import HarnessEntry
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.runs.lock import is_held
from mogplex_daemon.runs.metadata import load_metadata
from mogplex_daemon.wire.commands import Refused


def agent_to_continue(start: RunStart, before: RunFolder, harness: HarnessEntry) -> Path:
    """The folder of the agent of the run that is taken up. Raises Refused, saying what to do instead."""
    metadata = load_metadata(before.metadata)
    if metadata is None:
        raise Refused("unknown_run", f"there is no run {start.continues}; /runs lists those that there are")
    if is_held(before.lock):
        raise Refused(
            "still_runs", f"{start.continues} still runs; attach to it, or end it before it is continued"
        )
    if metadata.harness != start.harness:
        raise Refused(
            "other_harness",
            f"{start.continues} was driven by {metadata.harness}; continue it with --harness {metadata.harness}",
        )
    if "resume" not in harness.capabilities:
        raise Refused(
            "cannot_continue", f"{harness.label} cannot take up an earlier run; start a new one with /run"
        )
    if os.path.realpath(metadata.cwd) != os.path.realpath(start.cwd):
        raise Refused(
            "other_workspace", f"{start.continues} worked in {metadata.cwd}; continue it in that folder"
        )
    return before.agent
