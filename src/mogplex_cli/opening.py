"""What every way of opening a session shares: the state it begins with, and what is said when it is left."""

import sys
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from mogplex_cli.sign_in import asks_to_sign_in
from mogplex_cli.store.state import CockpitState, Connection, Drawer, Notice, Session
from mogplex_cli.store.store import Store
from mogplex_cli.wiring import Wiring
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.permission_files import load_layers

if TYPE_CHECKING:
    from mogplex_cli.export.request import Exported, ExportRequest
    from mogplex_cli.store.away import Seen
    from mogplex_cli.transport.base import Answer, LookBack

Ask: TypeAlias = "Callable[[LookBack], Awaitable[Answer]]"
"""How an export gets at the run's events."""


def first_state(wiring: Wiring) -> CockpitState:
    """The state before anything has happened."""
    return CockpitState(
        session=wiring.session,
        connection=Connection(
            wiring.route.transport,
            "connecting" if wiring.route.transport == "daemon" else "nominal",
        ),
        drawer=Drawer("login") if asks_to_sign_in(wiring) else None,
        notice=_notice(wiring.session),
        starting=wiring.route.attach_run_id or "",
        seen=_seen(wiring),
    )


def explainer(wiring: Wiring, store: Store) -> Callable[[], str]:
    """Tells the permissions in force whenever it is called."""

    def explain() -> str:
        from mogplex_cli.permission_report import explain_permissions

        now = store.state.session
        mode = now.permission_mode if now.mode_chosen else None
        return explain_permissions(load_layers(wiring.home.root, now.repo, mode))

    return explain


def exporter(wiring: Wiring) -> "Callable[[Ask, RunState, ExportRequest], Awaitable[Exported]]":
    """Writes a run to a file in its folder."""

    async def export(ask: "Ask", run: RunState, request: "ExportRequest") -> "Exported":
        from mogplex_cli.export.exporter import Exporter

        return await Exporter(wiring.home, wiring.redactor, time.time)(ask, run, request)

    return export


def copy_saver(wiring: Wiring) -> Callable[[str, str], str]:
    """Writes text that was copied to a file of a run."""

    def save(run_id: str, text: str) -> str:
        from mogplex_cli.export.exporter import save_copy

        return save_copy(wiring.home, time.time)(run_id, text)

    return save


def leave(store: Store, wiring: Wiring) -> None:
    """Log how the run was seen last, remember it, and say on stdout what goes on."""
    from mogplex_contracts.state.digest import digest

    run, log = store.state.run, wiring.log
    if run.run_id:
        log("state", run_id=run.run_id, seq=run.last_seq, digest=digest(run), missing=run.missing)
    log("closed")
    if store.state.connection.transport == "stdio":
        return  # Only whoever made the stream knows whether its run goes on.
    _remember(store.state, wiring)
    if run.run_id and run.status not in FINAL_RUN_STATUSES:
        sys.stdout.write(f"{_what_becomes_of(run.run_id, wiring)}\n")


def _what_becomes_of(run_id: str, wiring: Wiring) -> str:
    from mogplex_cli.end_on_quit import end_run, ends_on_quit

    goes_on = f"run {run_id} goes on · mogplex --attach {run_id} · mogplex-daemon kill {run_id}"
    if not ends_on_quit(wiring):
        return goes_on
    trouble = end_run(wiring, run_id)
    wiring.log("ended_on_quit", run_id=run_id, trouble=trouble)
    if trouble:
        return f"{goes_on} · it could not be ended: {trouble}"
    return f'run {run_id} was ended, as [runs] on_quit = "kill" says'


def _seen(wiring: Wiring) -> "dict[str, Seen]":
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
