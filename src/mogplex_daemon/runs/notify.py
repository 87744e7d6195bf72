"""Tells a person outside the cockpit that a run waits for them, failed or ended: `[notify] command`.

Fired by the run's host, the one place that exists however many clients watch; for a host that is lost, by the
daemon that closes its run.
"""

import os
from collections.abc import Sequence
from typing import Literal

import anyio

from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.child_process import run_child

Cause = Literal["waiting", "completed", "failed", "killed"]

COMMAND_SECONDS = 20.0
"""How long the command may take; it is ended then."""


def cause(before: RunState, after: RunState) -> Cause | None:
    """What a person should hear of this change of a run: waiting differs from done. Pure."""
    if after.status != before.status and after.status in FINAL_RUN_STATUSES:
        match after.status:
            case "completed" | "failed" | "killed":
                return after.status
            case _:
                return None
    if after.approvals.pending and not before.approvals.pending:
        return "waiting"
    return None


def message(what: Cause, state: RunState) -> str:
    """The same in words, on one line."""
    place = state.repo or state.cwd
    if what != "waiting":
        why = f": {state.status_message or state.status_reason}" if what == "failed" else ""
        return one_line(f"{place}: run {what}{why} · {state.task}")
    request = next(iter(state.approvals.pending.values())).request
    return one_line(f"{place}: waits for you · {request.risk} risk · {request.tool} {request.target}")


async def notify(command: Sequence[str], what: Cause, state: RunState) -> str | None:
    """Run the command with the message as its last argument; what went wrong, or None.

    It also gets MOGPLEX_NOTIFY (the cause), MOGPLEX_NOTIFY_RUN_ID and MOGPLEX_NOTIFY_CWD.
    """
    environment = {
        **os.environ,
        "MOGPLEX_NOTIFY": what,
        "MOGPLEX_NOTIFY_RUN_ID": state.run_id,
        "MOGPLEX_NOTIFY_CWD": state.cwd,
    }
    try:
        with anyio.fail_after(COMMAND_SECONDS):
            done = await run_child([*command, message(what, state)], keep_stdout=False, env=environment)
    except TimeoutError:
        return f"[notify] command took longer than {COMMAND_SECONDS:g} s: {command[0]}"
    except OSError as error:
        return f"[notify] command cannot be run: {command[0]}: {error.strerror}"
    return f"[notify] command failed with exit status {done.returncode}" if done.returncode else None
