"""Show the permissions in force, explain one decision, or choose the mode of the next run."""

from typing import get_args

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.selectors.permissions import WHY, permission_layers
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerOpened, NoticeShown, PermissionModeChosen, PermissionsRead
from mogplex_contracts.patterns import PATH_KINDS, show, split_descriptor
from mogplex_contracts.permissions import PermissionLayers, path_descriptor, resolve
from mogplex_contracts.vocabulary import PermissionMode

MODES: dict[str, PermissionMode] = {mode: mode for mode in get_args(PermissionMode)}
MEANING: dict[PermissionMode, str] = {
    "approval": "asks before it touches the workspace",
    "auto": "does everything without asking",
}
OUTCOME = {"allow": "it happens unasked", "ask": "a person is asked", "deny": "it never happens"}
HOW = "/permissions why bash:<command>, write:<path>, read:<path>, delete:<path>, mcp:<server>/<tool>"


def _check(argument: str) -> str | None:
    if not argument or argument in MODES or argument.startswith(WHY):
        return None
    if argument == WHY.strip():
        return f"why what? · {HOW}"
    word = argument.split()[0][:40]
    return f"{word} is no permission mode · /permissions approval, /permissions auto, or /permissions why <action>"


def explain_decision(layers: PermissionLayers, asked: str, workspace: str) -> str:
    """How `asked`, a descriptor or a bare command, is decided, a fact a line."""
    kind, body = split_descriptor(asked)
    descriptor = asked if kind else f"bash:{asked}"
    match kind:
        case "read" | "write" | "delete" if workspace:
            descriptor = path_descriptor(kind, body, workspace)
        case _:
            pass
    decided = resolve(layers, descriptor)
    lines = [
        f"{WHY}{show(descriptor)}",
        f"{decided.level}: {OUTCOME[decided.level]}",
        decided.explain(),
    ]
    if decided.subject not in ("", descriptor):
        lines.append(f"decided by {show(decided.subject)}")
    lines.extend(f"beats {show(rule.pattern)} ({rule.level} · {rule.place})" for rule in decided.beaten)
    if kind in PATH_KINDS:
        lines.append("a link is looked at where it leads; this tells of the path as it is written")
    return "\n".join(lines)


async def _run(context: ActionContext, argument: str) -> None:
    state = context.state
    if argument not in MODES:
        repo = state.run.repo if run_is_active(state) else state.session.repo
        loaded = context.read_permissions(repo)
        problems = tuple(f"{each.message}. {each.fix}" for each in loaded.problems)
        context.apply(PermissionsRead(loaded.layers, problems))
        context.apply(DrawerOpened("permissions", _told(context, argument)))
        return
    mode = MODES[argument]
    later = f" · this run keeps {state.run.permission_mode}" if run_is_active(state) else ""
    context.apply(
        PermissionModeChosen(mode),
        NoticeShown(f"the next run {MEANING[mode]}{later}", "warning" if mode == "auto" else "info"),
    )


def _told(context: ActionContext, argument: str) -> str:
    if not argument:
        return context.explain_permissions()
    state: CockpitState = context.state
    workspace = state.run.cwd if run_is_active(state) else state.session.cwd
    return explain_decision(permission_layers(state), argument.removeprefix(WHY).strip(), workspace)


PERMISSIONS = Action(
    name="permissions",
    title="Open Permissions",
    category="drawer",
    help="rules in force and where each is from; why an action is asked; or the mode of the next run",
    run=_run,
    slash=("permissions",),
    argument="[approval|auto|why <action>]",
    check=_check,
)
