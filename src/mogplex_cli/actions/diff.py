"""Open the diffs of the run, comment on one of their lines, and look at a whole file around its hunks."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.diff import diff_sources
from mogplex_cli.store.selectors.waiting import read_shown
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerClosed, DrawerOpened, WholeFileRead


async def _open(context: ActionContext, key: str) -> None:
    context.apply(WholeFileRead(None), DrawerOpened("diff", key))


def _unavailable(state: CockpitState) -> str | None:
    return None if diff_sources(state) else "no agent of this run has changed a file yet"


async def _open_patch(context: ActionContext, argument: str) -> None:
    approval_id, run_id, _ = read_shown(argument)
    elsewhere = "" if run_id == context.state.run.run_id else run_id
    context.apply(WholeFileRead(None), DrawerOpened("diff", approval_id, elsewhere))


async def _comment(context: ActionContext, place: str) -> None:
    context.apply(DrawerClosed())
    context.add_to_composer(f"{place} ")
    context.focus("composer")


async def _whole(context: ActionContext, path: str) -> None:
    context.apply(WholeFileRead(await context.read_file(path) if path else None))


DIFF = Action(
    name="diff",
    title="Open Diff",
    category="drawer",
    help="what agents change: hunk by hunk, to keep or to drop",
    run=_open,
    slash=("diff",),
    unavailable=_unavailable,
)
SHOW_PATCH = Action(
    name="show_patch",
    title="Show a Patch That Waits",
    category="control",
    help="its diff hunk by hunk, whichever run it is of",
    run=_open_patch,
    in_palette=False,
)
COMMENT = Action(
    name="comment",
    title="Comment on a Line",
    category="control",
    help="its file and line go to the composer",
    run=_comment,
    in_palette=False,
)
WHOLE_FILE = Action(
    name="whole_file",
    title="Show the Whole File",
    category="control",
    help="the hunks amid the rest of their file",
    run=_whole,
    in_palette=False,
)
