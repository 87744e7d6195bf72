"""Show the permissions in force, or choose the mode of the next run."""

from typing import get_args

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.ui_events import DrawerOpened, NoticeShown, PermissionModeChosen
from mogplex_contracts.vocabulary import PermissionMode

MODES: dict[str, PermissionMode] = {mode: mode for mode in get_args(PermissionMode)}
MEANING: dict[PermissionMode, str] = {
    "approval": "asks before it touches the workspace",
    "auto": "does everything without asking",
}


def _check(argument: str) -> str | None:
    if not argument or argument in MODES:
        return None
    return f"{argument.split()[0][:40]} is no permission mode · /permissions approval, or /permissions auto"


async def _run(context: ActionContext, argument: str) -> None:
    if not argument:
        context.apply(DrawerOpened("permissions", context.explain_permissions()))
        return
    mode = MODES[argument]
    later = f" · this run keeps {context.state.run.permission_mode}" if run_is_active(context.state) else ""
    context.apply(
        PermissionModeChosen(mode),
        NoticeShown(f"the next run {MEANING[mode]}{later}", "warning" if mode == "auto" else "info"),
    )


PERMISSIONS = Action(
    name="permissions",
    title="Open Permissions",
    category="drawer",
    help="rules in force and where each is from; or the mode of the next run",
    run=_run,
    slash=("permissions",),
    argument="[approval|auto]",
    check=_check,
)
