"""`mogplex-daemon`: the daemon, and what a shell may want to know of it and of its runs."""

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import anyio
import typer

from mogplex_contracts.clock import parse_ts
from mogplex_contracts.commands import Command
from mogplex_contracts.commands.admin import DaemonStatus, DaemonStop
from mogplex_contracts.commands.run import RunKill
from mogplex_contracts.events.link import CommandRejected
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line
from mogplex_contracts.version import VERSION
from mogplex_daemon.home.daemon_file import find_socket, living_daemon, named_socket
from mogplex_daemon.home.paths import Home, find_home
from mogplex_daemon.home.settings import load_settings
from mogplex_daemon.home.sockets import socket_path
from mogplex_daemon.journal.retention import delete_run, outdated
from mogplex_daemon.runs.catalog import RunRecord, find_run, list_runs
from mogplex_daemon.runs.connection import Declined, Unreachable, tell
from mogplex_daemon.runs.lock import until_free
from mogplex_daemon.runs.reap import reap
from mogplex_daemon.runs.watch import WATCHER

EXIT_FAILED = 1
EXIT_NO_DAEMON = 3
END_SECONDS = 10.0
"""How long a daemon that was told to end may take."""

app = typer.Typer(
    help="Hosts Mogplex runs, so that they outlive terminals, and tells of them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
RunId = Annotated[str, typer.Argument(metavar="RUN_ID")]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    """Hosts Mogplex runs, so that they outlive terminals, and tells of them."""
    if show:
        typer.echo(f"mogplex-daemon {VERSION}")
        raise typer.Exit


@app.command()
def serve(
    ready: Annotated[
        bool,
        typer.Option("--ready", help="Print `ready` when clients can connect, else why not.", hidden=True),
    ] = False,
) -> None:
    """Be the daemon, in the foreground, until SIGTERM. Runs go on when it ends."""
    from mogplex_daemon.server.serve import serve as run

    def say(words: str) -> None:
        if ready:
            sys.stdout.write(f"{words}\n")
            sys.stdout.flush()

    raise typer.Exit(run(find_home(os.environ), _own_socket(), say))


@app.command()
def start() -> None:
    """Start the daemon in the background, unless it runs."""
    from mogplex_daemon.server.start import CannotStart, start_daemon

    try:
        socket, started = start_daemon(find_home(os.environ))
    except (CannotStart, OSError) as error:
        _fail(str(error))
    typer.echo(f"mogplex-daemon {'started' if started else 'is running already'} on {socket}")


@app.command()
def stop() -> None:
    """End the daemon. Its runs go on; the next daemon finds them."""
    home = find_home(os.environ)
    living = living_daemon(home)
    if living is not None and Path(living.socket) != find_socket(home, os.environ):
        living = None  # Somebody else's, named by a person.
    try:
        said = _ask(DaemonStop(id=new_id("cmd")))
    except Declined as declined:
        # A daemon of another version understands no command of ours; every one understands this.
        if living is None:
            _fail(str(declined))
        os.kill(living.pid, signal.SIGTERM)
        said = f"mogplex-daemon {living.build} (pid {living.pid}) stopped; its runs go on"
    if living is not None and not anyio.run(_gone, home):
        _fail(f"the daemon (pid {living.pid}) was told to end and has not; end it with: kill {living.pid}")
    typer.echo(said)


@app.command()
def status(as_json: Json = False) -> None:
    """Tell how the daemon is; exit status 3 when there is none."""
    from mogplex_daemon.server.ask import report

    try:
        reported = anyio.run(
            report, find_socket(find_home(os.environ), os.environ), DaemonStatus(id=new_id("cmd"))
        )
    except Declined as declined:
        _fail(str(declined))
    except Unreachable:
        if as_json:
            typer.echo(json.dumps({"running": False}))
        else:
            typer.echo("offline · start it with: mogplex-daemon start")
        raise typer.Exit(EXIT_NO_DAEMON) from None
    if as_json:
        facts = reported.model_dump(
            mode="json", include={"pid", "build", "range", "started_at", "socket", "clients", "running"}
        )
        typer.echo(json.dumps({**facts, "running_runs": facts.pop("running"), "running": True}))
        return
    typer.echo(
        f"nominal · mogplex-daemon {reported.build} · pid {reported.pid} · since {reported.started_at}"
    )
    typer.echo(f"socket   {reported.socket}")
    typer.echo(f"clients  {reported.clients}")
    typer.echo(f"runs     {reported.running} running")


@app.command()
def runs(as_json: Json = False) -> None:
    """List the runs of this machine, newest first. Needs no daemon."""
    records = list_runs(find_home(os.environ))
    if as_json:
        for record in records:
            typer.echo(json.dumps({**record.metadata.model_dump(mode="json"), "alive": record.alive}))
        return
    if not records:
        typer.echo("no runs; start one with: mogplex")
    drivers = max((len(record.metadata.harness) for record in records), default=0)
    places = max((len(record.metadata.repo) for record in records), default=0)
    for record in records:
        meta = record.metadata
        when = f"{_condition(record):<10} {_age(meta.started_at):>6}"
        where = f"{one_line(meta.harness, 40):<{drivers}}  {one_line(meta.repo, 60):<{places}}"
        typer.echo(f"{meta.run_id}  {when}  {where}  {one_line(meta.task, 60)}")


@app.command()
def kill(run_id: RunId) -> None:
    """End a run: its agents, their commands, its host. Needs no daemon."""
    record = find_run(find_home(os.environ), run_id)
    if record is None:
        _fail(f"there is no run {run_id}; mogplex-daemon runs lists them")
    if not record.alive:
        _fail(f"{run_id} is not running ({_condition(record)})")
    try:
        answer = anyio.run(
            tell, Path(record.metadata.socket), WATCHER, RunKill(id=new_id("cmd"), run_id=run_id)
        )
    except Unreachable as error:
        _fail(f"{error}; end it with: kill {record.metadata.pid}")
    if isinstance(answer, CommandRejected):
        _fail(answer.reason)
    typer.echo(f"{run_id} killed")


@app.command()
def gc(
    keep: Annotated[int | None, typer.Option(min=0, help="How many ended runs to keep.")] = None,
) -> None:
    """Close runs whose host is lost, and delete the oldest ended ones. Needs no daemon."""
    home = find_home(os.environ)
    dead = [record for record in list_runs(home) if not record.alive]
    limit = load_settings(home, home.root).settings.runs.keep if keep is None else keep
    surplus = set(outdated((record.metadata.run_id for record in dead), limit))
    gone = troubles = 0
    for record in dead:
        run_id = record.metadata.run_id
        try:
            reap(record.folder)
            if run_id in surplus and delete_run(record.folder):
                typer.echo(f"{run_id} deleted")
                gone += 1
        except OSError as error:
            # One that cannot be closed or deleted is no reason to leave the others.
            troubles += 1
            place = error.filename or record.folder.root
            typer.echo(f"mogplex-daemon: {run_id} stays: {place}: {error.strerror}", err=True)
    typer.echo(f"{len(dead) - gone} ended runs kept")
    if troubles:
        raise typer.Exit(EXIT_FAILED)


def _own_socket() -> Path:
    """Where the daemon of this environment listens, whatever an older one has recorded."""
    try:
        return named_socket(os.environ) or socket_path(find_home(os.environ).daemon_socket)
    except OSError as error:
        _fail(str(error))


def _ask(command: Command) -> str:
    """The daemon's answer to a command; raises Declined when it is of another version."""
    try:
        answer = anyio.run(tell, find_socket(find_home(os.environ), os.environ), WATCHER, command)
    except Declined:
        raise
    except Unreachable:
        _fail("the daemon is offline; start it with: mogplex-daemon start", EXIT_NO_DAEMON)
    if isinstance(answer, CommandRejected):
        _fail(answer.reason)
    return answer.message


async def _gone(home: Home) -> bool:
    """Wait for the daemon to let go of its lock, so that whoever starts the next one finds none; whether it did."""
    with anyio.move_on_after(END_SECONDS):
        await until_free(home.daemon_lock)
        return True
    return False


def _condition(record: RunRecord) -> str:
    """What can be said of the run from outside: run.json may be older than the journal."""
    ended = bool(record.metadata.ended_at)
    return record.metadata.status if ended or record.alive else "host lost"


def _age(started_at: str) -> str:
    began = parse_ts(started_at)
    if began is None:
        return "-"
    seconds = max(0, int(time.time() - began))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _fail(message: str, status: int = EXIT_FAILED) -> NoReturn:
    typer.echo(f"mogplex-daemon: {message}", err=True)
    raise typer.Exit(status)


def main() -> None:
    """Run the program and leave with its exit status."""
    try:
        sys.exit(app())
    except OSError as error:
        # A folder that cannot be read, a full disk, a stdout that takes nothing: none is worth a traceback.
        with contextlib.suppress(OSError):
            sys.stdout.close()
        sys.exit(f"mogplex-daemon: {error}")
