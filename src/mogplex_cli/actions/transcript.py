"""Print the timeline as text to the terminal's normal screen, where its own scrollback, search and selection work."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.find import no_timeline
from mogplex_cli.store.selectors.past import at_shown_place
from mogplex_cli.store.ui_events import NoticeShown


async def _run(context: ActionContext, _: str) -> None:
    printed = await context.print_transcript(at_shown_place(context.state))
    if not printed:
        context.apply(
            NoticeShown("this terminal has no screen to print to · /export markdown writes a file", "warning")
        )


TRANSCRIPT = Action(
    name="transcript",
    title="Print the Transcript",
    category="control",
    help="the timeline as text on the terminal's normal screen, to scroll and select there",
    run=_run,
    slash=("transcript",),
    unavailable=no_timeline,
)
