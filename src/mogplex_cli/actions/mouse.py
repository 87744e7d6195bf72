"""Give the mouse to the terminal, to select text with, or take it back."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.ui_events import MouseGiven, NoticeShown

WORDS = {"on": True, "off": False}


def _check(argument: str) -> str | None:
    return None if argument in ("", *WORDS) else "/mouse on, /mouse off, or /mouse to change it"


async def _run(context: ActionContext, argument: str) -> None:
    to_cockpit = WORDS.get(argument, not context.state.mouse)
    said = (
        "the mouse is the cockpit's: click selects, wheel scrolls, double click opens"
        if to_cockpit
        else "the mouse is the terminal's: select and copy as anywhere · /mouse takes it back"
    )
    context.apply(MouseGiven(to_cockpit), NoticeShown(said))


MOUSE = Action(
    name="mouse",
    title="Turn the Mouse On or Off",
    category="control",
    help="off gives the mouse to the terminal, for its own selection",
    run=_run,
    slash=("mouse",),
    argument="[on|off]",
    check=_check,
)
