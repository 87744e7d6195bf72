"""From the command line to an open cockpit: reads what is on disk, chooses the transport, wires, runs, leaves."""

import getpass
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mogplex_cli.arguments import Arguments
from mogplex_cli.permission_report import explain_permissions
from mogplex_cli.session_log import SessionLog
from mogplex_cli.store.state import CockpitState, Connection, Notice, Session
from mogplex_cli.store.store import Store
from mogplex_cli.terminal import NoTerminal, Streams, take_terminal
from mogplex_cli.transport.router import Route, resolve
from mogplex_contracts.ids import new_id
from mogplex_contracts.permissions import dead_denies
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES, PermissionMode
from mogplex_daemon.home.paths import Home, find_home
from mogplex_daemon.home.permission_files import LoadedPermissions, load_layers
from mogplex_daemon.home.redaction import Redactor, known_secrets
from mogplex_daemon.home.repo_slug import repo_slug
from mogplex_daemon.home.settings import LoadedSettings, load_settings

EXIT_USAGE = 64
EXIT_UNAVAILABLE = 69
DEFAULT_HARNESS = "demo"


def launch(arguments: Arguments) -> int:
    """Open the cockpit and return the exit status when it is closed."""
    home = find_home(os.environ)
    cwd = Path.cwd()
    slug = repo_slug(cwd)
    settings = load_settings(home, cwd)
    permissions = load_layers(home.root, slug, None)
    route = resolve(os.environ, arguments.attach, os.isatty(0))
    session_id = new_id("ses")
    log = SessionLog(home.session_log(session_id), Redactor(known_secrets(os.environ, home.auth)), session_id)
    if route.diagnostic:
        log("transport_fallback", message=route.diagnostic)
    if route.transport != "process":
        return _not_built(route)
    try:
        streams = take_terminal()
    except NoTerminal:
        return _complain("the cockpit needs a terminal, and there is none", EXIT_USAGE)
    session = Session(
        session_id=session_id,
        cwd=str(cwd),
        repo=slug,
        harness=arguments.harness or settings.settings.runs.harness or DEFAULT_HARNESS,
        model=arguments.model,
        permission_mode=permissions.layers.mode,
        problems=(
            *settings.problems,
            *(f"{problem.message}. {problem.fix}" for problem in permissions.problems),
        ),
        dead_denies=len(dead_denies(permissions.layers)),
    )
    return _open(home, session, settings, permissions, route, streams, log, arguments.task or "")


def _open(
    home: Home,
    session: Session,
    settings: LoadedSettings,
    permissions: LoadedPermissions,
    route: Route,
    streams: Streams,
    log: SessionLog,
    task: str,
) -> int:
    from mogplex_cli.cockpit.app import CockpitOptions, MogplexApp
    from mogplex_cli.session_link import SessionLink
    from mogplex_cli.transport.process import ProcessTransport
    from mogplex_cli.transport.pump import Pump
    from mogplex_contracts.commands.session import Hello
    from mogplex_contracts.protocol import PROTOCOL
    from mogplex_contracts.version import VERSION

    hello = Hello(id=new_id("cmd"), protocol=PROTOCOL, client_id=new_id("cli"), label=_label(), build=VERSION)
    store = Store(
        CockpitState(session=session, connection=Connection(route.transport), notice=_notice(session))
    )
    pump = Pump(ProcessTransport(hello, home), store, log)
    log("opened", transport=route.transport, reason=route.reason, cwd=session.cwd, harness=session.harness)
    app = MogplexApp(
        store,
        SessionLink(pump, store, Path(session.cwd)),
        CockpitOptions(
            explain_permissions=lambda: explain_permissions(
                load_layers(home.root, session.repo, _session_mode(store, permissions))
            ),
            log=log,
            clock=time.time,
            soft_interrupt_stderr=_writer(streams.stderr),
            animations=settings.settings.ui.animations,
            log_path=str(log.path),
            task=task,
        ),
    )
    app.run()
    return _leave(store, log, app.return_code or 0)


def _leave(store: Store, log: SessionLog, status: int) -> int:
    """Say on the normal screen what goes on without a cockpit."""
    from mogplex_contracts.state.digest import digest

    run = store.state.run
    if run.run_id:
        log("state", run_id=run.run_id, seq=run.last_seq, digest=digest(run), missing=run.missing)
    log("closed", status=status)
    if run.run_id and run.status not in FINAL_RUN_STATUSES:
        sys.stdout.write(
            f"run {run.run_id} goes on · mogplex --attach {run.run_id} · mogplex-daemon kill {run.run_id}\n"
        )
    return status


def _session_mode(store: Store, permissions: LoadedPermissions) -> PermissionMode | None:
    """The mode chosen in this session; None while it is still what the files say."""
    chosen = store.state.session.permission_mode
    return None if chosen == permissions.layers.mode else chosen


def _notice(session: Session) -> Notice | None:
    if session.harness == "demo":
        return Notice("offline demo: runs are driven by a script, no model is called")
    return None


def _writer(descriptor: int | None) -> Callable[[str], None]:
    """Writes lines to what stderr was before the cockpit took the screen; nowhere when it was the screen."""

    def write(line: str) -> None:
        if descriptor is not None:
            os.write(descriptor, f"{line}\n".encode())

    return write


def _label() -> str:
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        return socket.gethostname()


def _not_built(route: Route) -> int:
    if route.diagnostic:
        sys.stderr.write(f"mogplex: transport_fallback: {route.diagnostic}\n")
    return _complain(
        f"the {route.transport} transport ({route.reason}) is not built yet; "
        "MOGPLEX_TRANSPORT=process mogplex opens the cockpit in this folder",
        EXIT_UNAVAILABLE,
    )


def _complain(message: str, status: int) -> int:
    sys.stderr.write(f"mogplex: {message}\n")
    return status
