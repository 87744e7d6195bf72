"""What each drawer shows of the state. Loaded when the first drawer opens."""

from collections.abc import Callable
from typing import Any

from mogplex_cli.cockpit.key_rows import key_rows
from mogplex_cli.cockpit.options import CockpitOptions
from mogplex_cli.cockpit.palette import all_rows
from mogplex_cli.store.selectors.agent_detail import select_agent_detail
from mogplex_cli.store.selectors.approvals import select_approvals, select_inbox
from mogplex_cli.store.selectors.cost import select_cost
from mogplex_cli.store.selectors.diff import select_diff
from mogplex_cli.store.selectors.entry import select_entry
from mogplex_cli.store.selectors.export import select_export
from mogplex_cli.store.selectors.landmarks import select_landmarks
from mogplex_cli.store.selectors.login import select_login
from mogplex_cli.store.selectors.mcp_detail import select_mcp_detail
from mogplex_cli.store.selectors.memory import select_memory
from mogplex_cli.store.selectors.models import select_models
from mogplex_cli.store.selectors.permissions import select_permissions
from mogplex_cli.store.selectors.runs import select_runs
from mogplex_cli.store.selectors.sign_in import select_sign_in
from mogplex_cli.store.state import CockpitState, DrawerName

DRAWER_SELECTORS: dict[DrawerName, Callable[[CockpitState], Any]] = {
    "approval": select_approvals,
    "inbox": select_inbox,
    "runs": select_runs,
    "entry": select_entry,
    "login": select_login,
    "sign_in": select_sign_in,
    "permissions": select_permissions,
    "agent": select_agent_detail,
    "cost": select_cost,
    "model": select_models,
    "mcp": select_mcp_detail,
    "memory": select_memory,
    "export": select_export,
    "diff": select_diff,
    "jump": select_landmarks,
}


def selector_of(drawer: DrawerName, options: CockpitOptions) -> Callable[[CockpitState], Any]:
    """What a drawer shows; those of the cockpit's own tables show them with the keys in force."""
    match drawer:
        case "palette":
            return lambda state: all_rows(options.keys, state.commands)
        case "keys":
            return lambda _: key_rows(options.keys)
        case _:
            return DRAWER_SELECTORS[drawer]
