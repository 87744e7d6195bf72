"""Opens the cockpit over a transport, and says on the normal screen what goes on after it is closed."""

import os
import sys
import time
from collections.abc import Callable

from mogplex_cli.cockpit.app import CockpitOptions, MogplexApp
from mogplex_cli.model_catalog import read_catalog
from mogplex_cli.permission_report import explain_permissions
from mogplex_cli.repository_memory import read_memory
from mogplex_cli.session_link import SessionLink
from mogplex_cli.store.away import Seen
from mogplex_cli.store.state import CockpitState, Connection, Notice, Session
from mogplex_cli.store.store import Store
from mogplex_cli.terminal import Streams
from mogplex_cli.transport.pump import Pump
from mogplex_cli.transport.routes import ROUTES
from mogplex_cli.wiring import Wiring
from mogplex_contracts.state.digest import digest
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.permission_files import load_layers


def open_cockpit(wiring: Wiring, streams: Streams) -> int:
    """Run the cockpit until it is closed; its exit status."""
    session, log = wiring.session, wiring.log
    store = Store(
        CockpitState(
            session=session,
            connection=Connection(
                wiring.route.transport,
                "connecting" if wiring.route.transport == "daemon" else "nominal",
            ),
            notice=_notice(session),
            starting=wiring.route.attach_run_id or "",
            seen=_seen(wiring),
        )
    )
    pump = Pump(ROUTES[wiring.route.transport](wiring, streams), store, log)

    def permissions() -> str:
        now = store.state.session
        mode = now.permission_mode if now.mode_chosen else None
        return explain_permissions(load_layers(wiring.home.root, session.repo, mode))

    app = MogplexApp(
        store,
        SessionLink(pump, store, wiring),
        CockpitOptions(
            explain_permissions=permissions,
            read_models=lambda: read_catalog(wiring.home.models),
            read_memory=lambda repo: read_memory(wiring.home, repo),
            log=log,
            clock=time.time,
            soft_interrupt_stderr=_writer(streams.stderr),
            animations=wiring.settings.ui.animations,
            attention=wiring.settings.ui.attention,
            log_path=str(log.path),
            task=wiring.arguments.task or "",
        ),
    )
    app.run()
    _leave(store, wiring)
    return app.return_code or 0


def _leave(store: Store, wiring: Wiring) -> None:
    run, log = store.state.run, wiring.log
    if run.run_id:
        log("state", run_id=run.run_id, seq=run.last_seq, digest=digest(run), missing=run.missing)
    log("closed")
    if store.state.connection.transport == "stdio":
        return  # Only whoever made the stream knows whether its run goes on.
    _remember(store.state, wiring)
    if run.run_id and run.status not in FINAL_RUN_STATUSES:
        sys.stdout.write(
            f"run {run.run_id} goes on · mogplex --attach {run.run_id} · mogplex-daemon kill {run.run_id}\n"
        )


def _seen(wiring: Wiring) -> dict[str, Seen]:
    """How far runs were seen before. Only a daemon brings back a run that was seen."""
    if wiring.route.transport != "daemon":
        return {}
    from mogplex_cli.seen import load_seen

    return load_seen(wiring.home.seen)


def _remember(state: CockpitState, wiring: Wiring) -> None:
    from mogplex_cli.seen import save_seen

    try:
        save_seen(wiring.home.seen, state)
    except OSError as error:
        wiring.log("seen_not_saved", reason=str(error))


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
