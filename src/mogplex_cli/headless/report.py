"""The summary of a stream, and the exit status it deserves. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from mogplex_cli.exit_status import EXIT_BAD_DATA, EXIT_DONE, EXIT_NOT_DONE
from mogplex_contracts.state import RunState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted over the whole stream."""

    events: int = 0
    """Valid lines."""
    unknown: int = 0
    """How many of them are of a type this version does not know."""
    invalid: int = 0
    """Lines that were skipped."""
    strangers: int = 0
    """Events of a run that was not the one followed; they were left out."""
    repeated: int = 0
    """Events that came a second time or too late for their place; they were left out."""
    approved: int = 0
    """Approvals a rule let happen."""
    rejected: int = 0
    """Approvals a rule refused."""

    @property
    def known(self) -> int:
        """Events of which this version can make something."""
        return self.events - self.unknown


def run_lines(run: RunState, left: Mapping[str, str], ended: bool) -> list[str]:
    """The summary of one run. `left` says why each approval that waits is not decided; `ended`: the stream has."""
    status = run.status
    if run.status not in FINAL_RUN_STATUSES:
        status = f"{run.status} when the stream {'ended' if ended else 'was left'}"
    if run.status_message:
        status += f" · {one_line(run.status_message)}"
    lines = [f"run {one_line(run.run_id, 80)} · {status}"]
    if run.task:
        lines.append(f"task {one_line(run.task)}")
    cost = run.usage.total.cost_usd
    facts = [_count(len(run.agents), "agent"), "cost unknown" if cost is None else f"cost ${cost:.4f}"]
    if cost is not None and run.usage.total.unpriced:
        facts.append(f"{_count(run.usage.total.unpriced, 'model call')} without a price")
    if run.errors:
        facts.append(_count(run.errors, "error"))
    if run.missing:
        facts.append(f"{_count(run.missing, 'event')} missing from the journal")
    lines.append(" · ".join(facts))
    for approval_id, reason in left.items():
        request = run.approvals.pending[approval_id].request
        what = f"{request.action} {one_line(request.target)}"
        lines.append(f"left waiting {one_line(approval_id, 80)} · {request.risk} risk · {what} · {reason}")
    return lines


def stream_line(tally: Tally, left: int) -> str:
    """The last line: the stream in numbers."""
    facts = [_count(tally.events, "event"), _count(tally.invalid, "invalid line")]
    if tally.unknown:
        facts.append(f"{tally.unknown:,} of unknown types")
    if tally.strangers:
        facts.append(f"{tally.strangers:,} of other runs left out")
    if tally.repeated:
        facts.append(f"{tally.repeated:,} repeated or out of order, left out")
    facts.append(
        f"approvals: {tally.approved} approved and {tally.rejected} rejected by rules, {left} left waiting"
    )
    return " · ".join(facts)


def run_status(run: RunState, left: int) -> int:
    """The exit status one run deserves."""
    return EXIT_NOT_DONE if left or run.status in ("failed", "killed") else EXIT_DONE


def stream_status(tally: Tally, worst: int) -> int:
    """The exit status of the stream; `worst` is that of its worst run. What was invalid goes before that."""
    return EXIT_BAD_DATA if tally.invalid or not tally.known else worst


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
