"""Everything read before a cockpit opens: what is on disk, which transport, who is asking."""

import os
from dataclasses import dataclass
from pathlib import Path

from mogplex_cli.arguments import Arguments
from mogplex_cli.operator_label import operator_label
from mogplex_cli.session_log import SessionLog
from mogplex_cli.store.state import Session
from mogplex_cli.transport.router import Route, resolve
from mogplex_contracts.ids import new_id
from mogplex_contracts.permissions import dead_denies
from mogplex_daemon.home.paths import Home, find_home
from mogplex_daemon.home.permission_files import LoadedPermissions, load_layers
from mogplex_daemon.home.project_root import project_root
from mogplex_daemon.home.redaction import Redactor, known_secrets
from mogplex_daemon.home.repo_slug import repo_slug
from mogplex_daemon.home.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a session is made of."""

    arguments: Arguments
    home: Home
    settings: Settings
    permissions: LoadedPermissions
    """As they were at start; the rules are read again whenever they are shown or used."""
    route: Route
    session: Session
    redactor: Redactor
    """The funnel for whatever this session writes to disk."""
    log: SessionLog
    client_id: str
    """Id of this client on every connection it makes."""
    label: str
    """What to call the person, `ada@laptop`."""

    @property
    def cwd(self) -> Path:
        """The workspace."""
        return Path(self.session.cwd)


def wire(arguments: Arguments) -> Wiring:
    """Read it all. Permissions come from disk before the transport is chosen. Never raises for what is on disk."""
    home = find_home(os.environ)
    cwd = Path.cwd()
    slug = repo_slug(cwd)
    loaded = load_settings(home, cwd, os.environ)
    permissions = load_layers(home.root, slug, None)
    harness = loaded.settings.runs.harness if arguments.harness is None else arguments.harness
    route = resolve(os.environ, arguments.attach, os.isatty(0))
    session_id = new_id("ses")
    redactor = Redactor(known_secrets(os.environ, home.auth))
    problems = (f"{problem.message}. {problem.fix}" for problem in permissions.problems)
    return Wiring(
        arguments=arguments,
        home=home,
        settings=loaded.settings,
        permissions=permissions,
        route=route,
        session=Session(
            session_id=session_id,
            cwd=str(cwd),
            root=str(project_root(cwd)),
            repo=slug,
            harness=harness or "",
            model=arguments.model,
            permission_mode=permissions.layers.mode,
            problems=(*filter(None, (route.ignored,)), *loaded.problems, *problems),
            dead_denies=len(dead_denies(permissions.layers)),
            observe=arguments.observe,
        ),
        redactor=redactor,
        log=SessionLog(home.session_log(session_id), redactor, session_id),
        client_id=new_id("cli"),
        label=operator_label(),
    )
