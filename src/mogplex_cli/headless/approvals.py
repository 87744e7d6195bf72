"""`mogplex approvals`: the inbox of all runs in the shell. Speaks to the daemon, and to nothing else."""

import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Annotated, Literal, NoReturn, TypeVar

import anyio
import typer

from mogplex_cli.exit_status import EXIT_DONE, EXIT_NOT_DONE, EXIT_UNAVAILABLE
from mogplex_cli.headless.approvals_output import (
    LATE,
    decided_facts,
    decided_line,
    late_line,
    refused_facts,
    unknown_lines,
    waiting_facts,
    waiting_lines,
)
from mogplex_cli.headless.daemon_client import DaemonClient, NoDaemon, connect_daemon
from mogplex_cli.headless.output import say
from mogplex_cli.operator_label import operator_label
from mogplex_cli.store.selectors.waiting import Waiting, all_waiting
from mogplex_contracts.commands.approval import ApprovalChoice, ApprovalDecide
from mogplex_contracts.commands.session import Hello
from mogplex_contracts.events.link import CommandRejected, RunSummary
from mogplex_contracts.ids import new_id
from mogplex_contracts.protocol import PROTOCOL
from mogplex_contracts.state.approval import ResolvedApproval
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.daemon_file import find_socket
from mogplex_daemon.home.paths import find_home

RUNS_SEARCHED = 20
"""In how many runs, the newest, an approval that waits no more is looked for."""
VERB: dict[str, str] = {"approve": "approved", "reject": "rejected"}

Result = TypeVar("Result")
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
ApprovalId = Annotated[str, typer.Argument(metavar="APPROVAL_ID")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Words for the agent.")]

app = typer.Typer(
    help="What waits for a decision in all runs, and the decisions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def run(words: Sequence[str]) -> NoReturn:
    """Do what the words after `mogplex approvals` say, and leave with its exit status."""
    try:
        app(list(words), prog_name="mogplex approvals")
    except OSError as error:
        with suppress(OSError):
            sys.stdout.close()
        say(f"stdout cannot be written: {error.strerror}")
        raise SystemExit(EXIT_NOT_DONE) from None
    raise SystemExit(EXIT_DONE)


@app.command("list")
def list_waiting(
    as_json: Json = False,
    details: Annotated[bool, typer.Option("--details", help="With every diff and text in full.")] = False,
) -> None:
    """List what waits, the riskiest first, then the oldest."""
    waiting = all_waiting(_with_daemon(_runs))
    if as_json:
        for each in waiting:
            typer.echo(json.dumps(waiting_facts(each), ensure_ascii=False))
    elif not waiting:
        typer.echo("nothing waits for a decision in any run")
    else:
        now = time.time()
        for each in waiting:
            for line in waiting_lines(each, now, details=details):
                typer.echo(line)


@app.command()
def approve(approval_id: ApprovalId, note: Note = "", as_json: Json = False) -> None:
    """Let one thing happen."""
    _decide(approval_id, "approve", note, as_json)


@app.command()
def reject(approval_id: ApprovalId, note: Note = "", as_json: Json = False) -> None:
    """Do not let one thing happen."""
    _decide(approval_id, "reject", note, as_json)


def _decide(approval_id: str, decision: Literal["approve", "reject"], note: str, as_json: bool) -> None:
    async def decide(daemon: DaemonClient) -> int:
        runs = await daemon.runs()
        waiting = all_waiting(runs)
        found = next((each for each in waiting if each.request.approval_id == approval_id), None)
        if found is None:
            return await _not_waiting(daemon, approval_id, runs, waiting, as_json)
        answer = await daemon.ask(_command(found, decision, note))
        if isinstance(answer, CommandRejected):
            if answer.code == LATE:
                # Somebody was first since that list was made.
                resolved = await _find_resolved(daemon, approval_id, (found.run,))
                if resolved is not None:
                    return _tell_late(resolved, as_json)
            if as_json:
                typer.echo(json.dumps(refused_facts(approval_id, answer), ensure_ascii=False))
            say(answer.reason)
            return EXIT_NOT_DONE
        if as_json:
            typer.echo(json.dumps(decided_facts(found, VERB[decision]), ensure_ascii=False))
        else:
            typer.echo(decided_line(found, VERB[decision]))
        return EXIT_DONE

    raise typer.Exit(_with_daemon(decide))


def _command(found: Waiting, decision: Literal["approve", "reject"], note: str) -> ApprovalDecide:
    """The decision, bound to the request as it is now."""
    choice = ApprovalChoice(approval_id=found.request.approval_id, digest=found.request.digest)
    return ApprovalDecide(
        id=new_id("cmd"),
        run_id=found.run.run_id,
        choices=(choice,),
        decision=decision,
        note=note,
    )


async def _not_waiting(
    daemon: DaemonClient,
    approval_id: str,
    runs: Sequence[RunSummary],
    waiting: Sequence[Waiting],
    as_json: bool,
) -> int:
    """Say who decided it, or, when nobody knows of it, what does wait."""
    resolved = await _find_resolved(daemon, approval_id, runs)
    if resolved is not None:
        return _tell_late(resolved, as_json)
    lines = unknown_lines(approval_id, waiting)
    if as_json:
        typer.echo(json.dumps(refused_facts(approval_id, None, lines[0]), ensure_ascii=False))
    for line in lines:
        say(line)
    return EXIT_NOT_DONE


def _tell_late(resolved: ResolvedApproval, as_json: bool) -> int:
    line = late_line(resolved)
    if as_json:
        typer.echo(json.dumps(refused_facts(resolved.approval_id, resolved, line), ensure_ascii=False))
    say(line)
    return EXIT_NOT_DONE


async def _find_resolved(
    daemon: DaemonClient, approval_id: str, runs: Sequence[RunSummary]
) -> ResolvedApproval | None:
    for summary in runs[:RUNS_SEARCHED]:
        state = await daemon.run(summary.run_id)
        for resolved in state.approvals.resolved if state else ():
            if resolved.approval_id == approval_id:
                return resolved
    return None


async def _runs(daemon: DaemonClient) -> tuple[RunSummary, ...]:
    return await daemon.runs()


def _with_daemon(work: Callable[[DaemonClient], Awaitable[Result]]) -> Result:
    """What `work` gives on a connection to the daemon; leaves the program when there is none."""
    hello = Hello(
        id=new_id("cmd"),
        protocol=PROTOCOL,
        client_id=new_id("cli"),
        label=operator_label(),
        build=VERSION,
    )

    async def connected() -> Result:
        try:
            socket = find_socket(find_home(os.environ), os.environ)
        except OSError as error:
            raise NoDaemon(f"{error.filename}: {error.strerror}") from error
        async with connect_daemon(socket, hello) as daemon:
            return await work(daemon)

    try:
        return anyio.run(connected)
    except NoDaemon as error:
        say(str(error))
        raise typer.Exit(EXIT_UNAVAILABLE) from error
