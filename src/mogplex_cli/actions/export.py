"""Write the run to a file, or open the drawer that asks how."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.export.request import read_request
from mogplex_cli.store.state import CockpitState, Export
from mogplex_cli.store.ui_events import DrawerOpened, ExportTold, NoticeShown
from mogplex_cli.transport.base import TransportFailed


def _check(argument: str) -> str | None:
    if not argument:
        return None
    request = read_request(argument)
    return request if isinstance(request, str) else None


def _unavailable(state: CockpitState) -> str | None:
    return None if state.run.run_id else "there is no run to export · /run <task> starts one"


async def _run(context: ActionContext, argument: str) -> None:
    request = read_request(argument)
    if isinstance(request, str):
        context.apply(DrawerOpened("export"))
        return
    what = f"{request.format}, {request.scope}"
    context.apply(ExportTold(Export(what)))
    try:
        done = await context.export(request)
    except TransportFailed as failure:
        reason = str(failure)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}; free some space, or mend its permissions"
    else:
        facts = f"{done.size:,} bytes from {done.events:,} events"
        context.apply(
            ExportTold(Export(what, str(done.path), facts)), NoticeShown(f"exported to {done.path}")
        )
        return
    context.apply(ExportTold(Export(what, error=reason)), NoticeShown(f"not exported: {reason}", "error"))


EXPORT = Action(
    name="export",
    title="Export Run",
    category="control",
    help="the run as JSON, JSONL or Markdown",
    run=_run,
    slash=("export",),
    argument="[format] [scope]",
    check=_check,
    unavailable=_unavailable,
)


async def _open(context: ActionContext, _: str) -> None:
    context.apply(DrawerOpened("export"))


OPEN_EXPORT = Action(
    name="open_export",
    title="Open Run Export",
    category="drawer",
    help="choose the format and the scope of an export, and see where it lands",
    run=_open,
    unavailable=_unavailable,
)
