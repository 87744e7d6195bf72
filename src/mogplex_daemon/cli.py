"""`mogplex-daemon`: looks after runs from a shell."""

import json
import os
import sys
from typing import Annotated, NoReturn

import anyio
import typer

from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.ids import new_id
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.paths import find_home
from mogplex_daemon.runs.catalog import RunRecord, find_run, list_runs
from mogplex_daemon.runs.reach import Unreachable, tell

app = typer.Typer(
    help="Looks after Mogplex runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    """Looks after Mogplex runs."""
    if show:
        typer.echo(f"mogplex-daemon {VERSION}")
        raise typer.Exit


@app.command()
def runs(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a run.")] = False) -> None:
    """List the runs on this machine, newest first."""
    records = list_runs(find_home(os.environ))
    if as_json:
        for record in records:
            typer.echo(json.dumps({**record.metadata.model_dump(mode="json"), "alive": record.alive}))
        return
    if not records:
        typer.echo("no runs; start one with: mogplex")
    for record in records:
        meta = record.metadata
        typer.echo(f"{meta.run_id}  {_condition(record):<10} {meta.repo}  {meta.task.splitlines()[0][:60]}")


@app.command()
def kill(run_id: Annotated[str, typer.Argument(metavar="RUN_ID")]) -> None:
    """End a run: its agents, their commands, its host."""
    record = find_run(find_home(os.environ), run_id)
    if record is None:
        _fail(f"there is no run {run_id}; mogplex-daemon runs lists them")
    if not record.alive:
        _fail(f"{run_id} is not running ({_condition(record)})")
    try:
        answer = anyio.run(tell, record.metadata.socket, RunKill(id=new_id("cmd"), run_id=run_id))
    except Unreachable as error:
        _fail(f"{error}; end it with: kill {record.metadata.pid}")
    if isinstance(answer, CommandRejected):
        _fail(answer.reason)
    typer.echo(f"{run_id} killed")


def _condition(record: RunRecord) -> str:
    """What can be said of the run from outside: run.json may be older than the journal."""
    ended = bool(record.metadata.ended_at)
    return record.metadata.status if ended or record.alive else "host lost"


def _fail(message: str) -> NoReturn:
    typer.echo(f"mogplex-daemon: {message}", err=True)
    raise typer.Exit(1)


def main() -> None:
    """Run the program and leave with its exit status."""
    sys.exit(app())
