"""What the composer is told from outside."""

from typing import NamedTuple

from mogplex_cli.path_ranking import has_letters
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import NO_FILES, CockpitState, FoundFiles, Tone
from mogplex_contracts.text import visible


class ComposerProps(NamedTuple):
    """The composer's values; the text being typed is the widget's own."""

    error: str
    """Why the last line was not sent; empty when it was."""
    notice: str
    """What the cockpit has to say; empty when nothing."""
    tone: Tone
    at: str
    """A timestamp in the notice that is to be read as a time of the clock; empty when there is none."""
    history: tuple[str, ...]
    placeholder: str
    history_read: bool = True
    """Whether lines of earlier sessions are in the history."""
    files: FoundFiles = NO_FILES
    """Files found for the one that is being named."""

    def files_for(self, query: str) -> tuple[str, ...]:
        """Of the files found those that fit; what was found for fewer letters is used while more are looked for."""
        if not query.startswith(self.files.query):
            return ()
        return tuple(path for path in self.files.paths if has_letters(path, query))


def select_composer(state: CockpitState) -> ComposerProps:
    """The composer's values."""
    notice = state.notice
    return ComposerProps(
        error=visible(state.composer.error),
        notice=visible(notice.text) if notice else "",
        tone=notice.tone if notice else "info",
        at=notice.at if notice else "",
        history=state.composer.history,
        placeholder=_placeholder(state),
        history_read=state.composer.history_read,
        files=state.composer.files,
    )


def _placeholder(state: CockpitState) -> str:
    if state.session.observe:
        return "observing · / for commands"
    if run_is_active(state):
        return "say something to the agents, or / for commands"
    return "type a task, or / for commands"
