"""Opens the cockpit over a transport.

What a person has to ask for first loads when it is asked for: the first picture does not wait for it.
"""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from mogplex_cli.cockpit.app import CockpitOptions, MogplexApp
from mogplex_cli.cockpit.keymap import KEYS, UNBOUND, Key, key_of
from mogplex_cli.colour_depth import choose_theme, no_colour
from mogplex_cli.late_link import LateLink
from mogplex_cli.opening import copy_saver, explainer, exporter, first_state, leave
from mogplex_cli.sign_in import account_session, log_out_action
from mogplex_cli.store.selectors.facts import DEFAULT_KEYS
from mogplex_cli.store.store import Store
from mogplex_cli.terminal import Streams
from mogplex_cli.wiring import Wiring
from mogplex_daemon.home.permission_files import load_layers

if TYPE_CHECKING:
    from mogplex_cli.account.session import AccountSession
    from mogplex_cli.store.offers import ModelCatalog, RepositoryMemory
    from mogplex_cli.transport.base import Link
    from mogplex_cli.workspace_files import WorkspaceFiles


def open_cockpit(wiring: Wiring, streams: Streams) -> int:
    """Run the cockpit until it is closed; its exit status."""
    log = wiring.log
    keys, problems = _keys_in_force(wiring)
    session = replace(
        wiring.session,
        problems=(*wiring.session.problems, *problems),
        no_colour=no_colour(os.environ),
        keys={action: key_of(action, keys) for action in DEFAULT_KEYS},
    )
    theme = choose_theme(wiring.settings.ui.theme, os.environ)
    store = Store(replace(first_state(wiring), session=session, theme=theme))
    account = cache(lambda: account_session(wiring, store))
    app = MogplexApp(
        store,
        LateLink(lambda: _link(wiring, streams, store, account())),
        CockpitOptions(
            read_models=partial(_read_models, wiring),
            read_memory=partial(_read_memory, wiring),
            explain_permissions=explainer(wiring, store),
            read_permissions=lambda repo: load_layers(wiring.home.root, repo, None),
            log_out=log_out_action(wiring),
            account=account,
            log=log,
            clock=time.time,
            soft_interrupt_stderr=_writer(streams.stderr),
            animations=wiring.settings.ui.animations,
            attention=wiring.settings.ui.attention,
            log_path=str(log.path),
            task=wiring.arguments.task or "",
            find_files=_finder(wiring),
            keys=keys,
            export=exporter(wiring),
            save_copy=copy_saver(wiring),
        ),
    )
    app.run()
    leave(store, wiring)
    return app.return_code or 0


def _link(wiring: Wiring, streams: Streams, store: Store, account: "AccountSession") -> "Link":
    from mogplex_cli.session_link import SessionLink

    return SessionLink(wiring, streams, store, account)


def _keys_in_force(wiring: Wiring) -> tuple[tuple[Key, ...], tuple[str, ...]]:
    """The table of keys with the person's own in it, and what is wrong with those."""
    wanted = wiring.settings.keys
    if not wanted:
        return (*KEYS, *UNBOUND), ()
    from mogplex_cli.cockpit.rebind import rebind

    rebound = rebind(wanted, str(wiring.home.config))
    return rebound.rows, rebound.problems


def _read_models(wiring: Wiring) -> "ModelCatalog":
    from mogplex_cli.model_catalog import read_catalog, with_configured

    return with_configured(read_catalog(wiring.home.models), wiring.settings, os.environ)


async def _read_memory(wiring: Wiring, repo: str) -> "RepositoryMemory":
    from mogplex_cli.repository_memory import read_memory

    return await read_memory(wiring.home, repo)


def _finder(wiring: Wiring) -> Callable[[str], Awaitable[tuple[str, ...]]]:
    @cache
    def files() -> "WorkspaceFiles":
        from mogplex_cli.workspace_files import WorkspaceFiles

        return WorkspaceFiles(wiring.cwd)

    return lambda query: files().find(query)


def _writer(descriptor: int | None) -> Callable[[str], None]:
    """Writes lines to what stderr was before the cockpit took the screen; nowhere when it was the screen."""

    def write(line: str) -> None:
        if descriptor is not None:
            os.write(descriptor, f"{line}\n".encode())

    return write
