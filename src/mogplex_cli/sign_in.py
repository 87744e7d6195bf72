"""Who the session can work as: credentials, agents on this machine, or nobody yet."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mogplex_cli.store.state import FoundAgent, FoundKey, SignIn
from mogplex_cli.store.store import Store
from mogplex_cli.wiring import Wiring
from mogplex_contracts.vocabulary import OWN_LOOP
from mogplex_daemon.home.account_address import account_address, refused_address
from mogplex_daemon.home.account_state import forget_synced
from mogplex_daemon.home.auth_file import forget_mogplex
from mogplex_daemon.home.credentials import from_environ, stored
from mogplex_daemon.home.paths import Home

if TYPE_CHECKING:
    from mogplex_cli.account.session import AccountSession

AGENTS: tuple[tuple[str, str, str], ...] = (
    ("codex", "Codex", "codex"),
    ("claude", "Claude Code", "claude-code"),
    ("opencode", "OpenCode", "acp:opencode"),
    ("gemini", "Gemini CLI", "acp:gemini"),
)
"""Programs of other agents that a person may have, what they are called, and what drives them."""
NOT_INTERACTIVE = (
    "nobody is signed in: set MOGPLEX_API_KEY, name what drives runs with --harness demo, "
    "or open mogplex at a terminal"
)


def look_around(wiring: Wiring, told: tuple[str, ...] = ()) -> Wiring:
    """The session with what was found. Without a credential and a harness nothing drives its runs yet.

    `told` are lines that stay on the screen: what a person must know before working.
    """
    keys = from_environ(os.environ)
    found = SignIn(
        agents=tuple(
            FoundAgent(program, name, path, harness)
            for program, name, harness in AGENTS
            if (path := shutil.which(program)) is not None
        ),
        keys=tuple(FoundKey(each.provider, each.source, each.model) for each in keys),
        account_trouble=refused_address(account_address(os.environ), os.environ),
    )
    session = wiring.session
    known = bool(keys or stored(wiring.home.auth) or wiring.settings.providers)
    harness = session.harness or (OWN_LOOP if known else "")
    return replace(
        wiring, session=replace(session, sign_in=found, harness=harness, problems=(*session.problems, *told))
    )


def asks_to_sign_in(wiring: Wiring) -> bool:
    """Whether the session begins with the login screen. A run that is attached to needs none."""
    if wiring.session.harness or wiring.route.transport == "stdio":
        return False
    return wiring.arguments.logout or wiring.route.attach_run_id is None


def log_out(home: Home) -> tuple[str, ...]:
    """Clear the stored Mogplex token and what was synced with it; what is so now, a line each.

    Raises OSError and ValueError.
    """
    done = (
        "signed out: the stored Mogplex token is gone"
        if forget_mogplex(home.auth)
        else "no Mogplex token was stored"
    )
    forget_synced(home)
    return (done, *remaining(home))


def account_session(wiring: Wiring, store: Store) -> "AccountSession":
    """The account of a session. Somebody else's stream is looked at without asking the account anything."""
    from mogplex_cli.account.session import AccountSession

    return AccountSession(
        wiring.home,
        os.environ,
        wiring.label,
        store,
        wiring.log,
        synced_at_start=wiring.route.transport != "stdio",
    )


def remaining(home: Home) -> tuple[str, ...]:
    """What still signs in, a line each."""
    kept = (f"{home.auth}: keeps a credential of {each.provider}" for each in stored(home.auth))
    keys = (
        f"{each.source} is set and still signs in to {each.provider}: unset it"
        for each in from_environ(os.environ)
    )
    return (*keys, *kept)


def log_out_action(wiring: Wiring) -> Callable[[], str]:
    """`/logout`: does it and tells it in a line; says what was in the way, too."""

    def do() -> str:
        try:
            lines = log_out(wiring.home)
        except (OSError, ValueError) as error:
            return f"{wiring.home.auth}: {error} · nothing was cleared: mend or remove the file"
        return " · ".join((*lines, "/quit and open mogplex anew to be certain"))

    return do
