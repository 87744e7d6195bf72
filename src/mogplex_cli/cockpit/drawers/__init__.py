"""The drawers, by name. Each loads when it first opens, so that none costs anything at the start.

To add one: a file beside these, a name in `store/state.py`, a row here, and a selector in `drawer_values.py`.
"""

from collections.abc import Callable
from typing import Any

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.options import CockpitOptions
from mogplex_cli.store.state import DrawerName


def _approval(options: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.approval import ApprovalDrawer

    return ApprovalDrawer(options.monotonic, options.pressed, options.keys)


def _runs(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.runs import RunsDrawer

    return RunsDrawer()


def _entry(options: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.entry import EntryDrawer

    return EntryDrawer(options.zone)


def _permissions(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.permissions import PermissionsDrawer

    return PermissionsDrawer()


def _palette(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.palette import PaletteDrawer

    return PaletteDrawer()


def _agent(options: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.agent import AgentDrawer

    return AgentDrawer(options.zone)


def _cost(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.cost import CostDrawer

    return CostDrawer()


def _model(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.model import ModelDrawer

    return ModelDrawer()


def _mcp(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.mcp import McpDrawer

    return McpDrawer()


def _memory(options: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.memory import MemoryDrawer

    return MemoryDrawer(options.zone)


def _keys(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.keys import KeysDrawer

    return KeysDrawer()


def _login(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.login import LoginDrawer

    return LoginDrawer()


def _sign_in(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.sign_in import SignInDrawer

    return SignInDrawer()


def _export(_: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.export import ExportDrawer

    return ExportDrawer()


def _diff(options: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.diff import DiffDrawer

    return DiffDrawer(options.monotonic, options.keys)


def _jump(options: CockpitOptions) -> Drawer[Any]:
    from mogplex_cli.cockpit.drawers.jump import JumpDrawer

    return JumpDrawer(options.zone)


DRAWERS: dict[DrawerName, Callable[[CockpitOptions], Drawer[Any]]] = {
    "approval": _approval,
    "inbox": _approval,
    "runs": _runs,
    "entry": _entry,
    "permissions": _permissions,
    "palette": _palette,
    "agent": _agent,
    "cost": _cost,
    "model": _model,
    "mcp": _mcp,
    "memory": _memory,
    "keys": _keys,
    "login": _login,
    "sign_in": _sign_in,
    "export": _export,
    "diff": _diff,
    "jump": _jump,
}
