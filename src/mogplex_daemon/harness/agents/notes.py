"""What agents are told that no person has typed: the same words for all of them."""

from collections.abc import Mapping

from mogplex_contracts.vocabulary import Decision
from mogplex_daemon.harness.base import Verdict

INTERRUPTED_NOTE = (
    "[interrupted] A person stopped your last step. Do not repeat it unasked: take another course or sum up."
)
RESTARTED_NOTE = (
    "[restarted] Your program ended unexpectedly in the middle of a step and was started anew. What that step did may "
    "be half done: look at what is there before you go on."
)
VERDICTS: Mapping[Decision, str] = {
    "approved": "approved by a person",
    "auto_approved": "approved by a permission rule",
    "rejected": "rejected by a person",
    "auto_rejected": "denied by a permission rule",
    "expired": "not decided in time",
}


def verdict_words(verdict: Verdict) -> str:
    """Who decided what, and what they said with it."""
    said, note = VERDICTS[verdict.decision], verdict.note.strip()
    return f"{said}: {note}" if note else said
