"""What happened in a run while a person was away: counted from what is known, nothing guessed. Pure."""

from collections import Counter
from dataclasses import dataclass

from mogplex_contracts.clock import parse_ts
from mogplex_contracts.state import RunState
from mogplex_contracts.state.approval import ResolvedApproval
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES, Decision

WORDS: dict[Decision, str] = {
    "approved": "approved",
    "rejected": "rejected",
    "auto_approved": "allowed",
    "auto_rejected": "refused",
    "expired": "expired",
}
FILES_NAMED = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a person has seen a run."""

    seq: int
    """The last journaled event shown."""
    at: str
    """When that happened, ISO 8601."""
    cost_usd: float | None = None
    """What the run had cost by then; None when unknown."""
    proposed: tuple[str, ...] = ()
    """Ids of patches that were neither applied nor rejected then."""

    @classmethod
    def of(cls, run: RunState) -> "Seen":
        """All of the run as it is shown now has been seen."""
        proposed = tuple(key for key, patch in run.patches.items() if patch.status == "proposed")
        return cls(run.last_seq, run.last_ts, run.usage.total.cost_usd, proposed)


@dataclass(frozen=True, slots=True)
class Away:
    """What happened since."""

    events: int
    decisions: tuple[tuple[str, int], ...] = ()
    """Who decided what, such as `ada@laptop approved`, and how often."""
    files: tuple[str, ...] = ()
    """Paths of applied patches, each once."""
    cost_usd: float | None = None
    """What it has cost since; None when that is not known."""
    ended: str = ""
    """The final status, when the run ended meanwhile."""


def away(seen: Seen, run: RunState) -> Away | None:
    """What happened in `run` since it was seen; None when nothing did."""
    if run.last_seq <= seen.seq:
        return None
    since = parse_ts(seen.at)
    decided = [each for each in run.approvals.resolved if _later(each.at, since)]
    files = [
        file.path
        for patch in run.patches.values()
        if patch.status == "applied" and ((patch.seq or 0) > seen.seq or patch.patch_id in seen.proposed)
        for file in patch.files
    ]
    cost = run.usage.total.cost_usd
    return Away(
        events=run.last_seq - seen.seq,
        decisions=tuple(Counter(map(_who, decided)).items()),
        files=tuple(dict.fromkeys(files)),
        cost_usd=None if cost is None else max(0.0, cost - (seen.cost_usd or 0.0)),
        ended=run.status if run.status in FINAL_RUN_STATUSES and _later(run.ended_at, since) else "",
    )


def told(news: Away) -> str:
    """The same in a line."""
    parts = [_count(news.events, "event")]
    parts.extend(f"{who} {times}" for who, times in news.decisions)
    if news.files:
        named = ", ".join(one_line(path, 60) for path in news.files[:FILES_NAMED])
        more = f" and {len(news.files) - FILES_NAMED} more" if len(news.files) > FILES_NAMED else ""
        parts.append(f"{_count(len(news.files), 'file')} changed: {named}{more}")
    if news.cost_usd:
        parts.append(f"${news.cost_usd:,.2f}" if news.cost_usd >= 0.01 else "under $0.01")
    if news.ended:
        parts.append(f"the run {news.ended}" if news.ended != "killed" else "the run was killed")
    return f"while you were away: {' · '.join(parts)}"


def _later(ts: str, since: float | None) -> bool:
    then = parse_ts(ts)
    return then is not None and since is not None and then > since


def _who(decided: ResolvedApproval) -> str:
    by = decided.by
    who = (
        one_line(by.label or by.client_id, 40)
        if by
        else "the clock"
        if decided.decision == "expired"
        else "rules"
    )
    return f"{who} {WORDS[decided.decision]}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
