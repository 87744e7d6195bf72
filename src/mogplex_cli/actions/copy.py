"""Copy entries of the timeline: to the clipboard, or to a file where that cannot be."""

from collections.abc import Sequence

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.find import no_timeline
from mogplex_cli.store.entry_text import entries_text
from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.selectors.past import at_shown_place
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import NoticeShown
from mogplex_contracts.state.timeline import TimelineEntry

FILE = "file"


def _check(argument: str) -> str | None:
    words = argument.split()
    good = not words or ((words[0] == FILE or _is_list(words[0])) and all(map(_is_list, words[1:])))
    return None if good else "/copy copies the last answer, /copy file writes it to a file"


async def _run(context: ActionContext, argument: str) -> None:
    words = argument.split()
    to_file = FILE in words
    indices = [int(each) for word in words if word != FILE for each in word.split(",")]
    state = at_shown_place(context.state)
    entries = _entries(state, indices) if indices else _last_answer(state)
    if not entries:
        context.apply(NoticeShown("nothing to copy yet: no agent has said anything", "warning"))
        return
    run = state.run
    text = entries_text(entries, run, {key: agent_name(run, key) for key in run.agents})
    what = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
    said = f"{what}, {len(text):,} characters"
    try:
        taken = None if to_file else await context.copy(text)
        if taken is not None:
            context.apply(NoticeShown(f"copied {said} · {taken}"))
            return
        path = await context.save_copy(text)
    except OSError as error:
        context.apply(NoticeShown(f"not copied: {error.filename}: {error.strerror}", "error"))
        return
    why = "" if to_file else " · too much for the clipboard of a terminal, or it has none"
    context.apply(NoticeShown(f"wrote {said} to {path}{why}"))


def _entries(state: CockpitState, indices: Sequence[int]) -> list[TimelineEntry]:
    found = (state.run.timeline.get(index) or state.view.older.get(index) for index in indices)
    return [entry for entry in found if entry is not None]


def _last_answer(state: CockpitState) -> list[TimelineEntry]:
    said = [entry for entry in state.run.timeline.entries() if entry.kind == "message"]
    return said[-1:]


def _is_list(word: str) -> bool:
    return all(part.isdecimal() for part in word.split(","))


COPY = Action(
    name="copy",
    title="Copy the Last Answer",
    category="control",
    help="to the clipboard, or to a file; in the timeline y copies what is selected",
    run=_run,
    slash=("copy",),
    argument="[file]",
    check=_check,
    unavailable=no_timeline,
)
