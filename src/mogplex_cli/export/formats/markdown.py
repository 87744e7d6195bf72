"""Markdown for people: what was asked for, what came of it, who decided what, and what it cost."""

from collections.abc import Iterable
from typing import Any

from mogplex_cli.export import sections
from mogplex_cli.export.record import Decided, Record
from mogplex_cli.export.request import ScopeName
from mogplex_contracts.clock import elapsed_ms
from mogplex_contracts.events.memory import MemoryWritten
from mogplex_contracts.state import RunState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.state.usage import AgentUsage
from mogplex_contracts.text import one_line, visible
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES
from mogplex_daemon.home.redaction import Redactor

QUOTED_KINDS = ("message", "user")
"""Timeline entries whose words are given in full."""


class Markdown:
    """Everything stands in the end: the state has it, and the record what the state leaves out."""

    def __init__(self, run: RunState, scope: ScopeName, exported_at: str, redactor: Redactor) -> None:
        self._run = run
        self._scope: ScopeName = scope
        self._exported_at = exported_at
        self._redactor = redactor

    def begin(self) -> str:
        """The title, and the facts in one table."""
        run = self._run
        facts = (
            ("run", f"`{run.run_id}`"),
            ("status", self._cell(_status(run))),
            ("repository", self._cell(run.repo) + (f" · {self._cell(run.branch)}" if run.branch else "")),
            ("harness", self._cell(run.harness)),
            ("model", self._cell(run.model or "unknown")),
            ("permissions", run.permission_mode),
            ("began", run.started_at or "unknown"),
            ("took", _took(run)),
            ("tokens", _tokens(run.usage.total) if run.usage.reports else "none reported"),
            ("cost", _money(run.usage.total)),
        )
        return self._clean(
            f"# {self._cell(run.task) or 'Run'}\n\n"
            + _table(("", ""), facts)
            + f"\nExported {self._exported_at} at event {run.last_seq}, scope {self._scope}. All times are UTC.\n"
        )

    def event(self, event: dict[str, Any]) -> str:
        """Nothing: the end has it."""
        return ""

    def end(self, record: Record) -> str:
        """The parts of the scope, in the order people want them."""
        parts = {
            "agents": self._agents(),
            "approvals": self._approvals(record),
            "changes": self._changes(),
            "memory": self._memory(record),
            "cost": self._cost(),
            "timeline": self._timeline(),
        }
        return self._clean("".join(f"\n{parts[name]}" for name in sections.SECTIONS[self._scope]))

    def _clean(self, text: str) -> str:
        return self._redactor.text(text)

    # A secret is taken out before its text is cut or escaped: neither half of it is one any more.

    def _cell(self, text: str | None) -> str:
        return _cell(self._clean(text or ""))

    def _code(self, text: str) -> str:
        return _code(self._clean(text))

    def _name(self, agent_id: str | None) -> str:
        agent = self._run.agents.get(agent_id or "")
        return self._cell(agent.name if agent else agent_id or "")

    def _agents(self) -> str:
        rows = (
            (
                str(agent.number),
                self._cell(agent.name),
                agent.role,
                self._cell(agent.model or ""),
                agent.status.replace("_", " "),
                self._cell(agent.summary),
            )
            for agent in self._run.agents.values()
        )
        return _section("Agents", _table(("#", "name", "role", "model", "status", "what came of it"), rows))

    def _approvals(self, record: Record) -> str:
        rows = (self._approval(decided) for decided in record.approvals.values())
        heads = ("asked", "who", "what", "risk", "decision", "decided by", "why")
        return _section("Approvals", _table(heads, rows))

    def _approval(self, decided: Decided) -> tuple[str, ...]:
        facts, resolved = decided.facts, decided.resolved
        why = (resolved.why if resolved else None) or (decided.asked.why if decided.asked else None)
        note = f"“{self._cell(resolved.note)}” " if resolved and resolved.note else ""
        return (
            _clock(facts.ts),
            self._name(facts.agent_id),
            f"{facts.action.replace('_', ' ')} {self._code(facts.target)}",
            facts.risk,
            resolved.decision.replace("_", " ") if resolved else self._undecided(),
            self._cell(decided.by.label or decided.by.client_id) if decided.by else "",
            note + self._cell(why.explanation or why.rule if why else ""),
        )

    def _undecided(self) -> str:
        return "run ended" if self._run.status in FINAL_RUN_STATUSES else "**waits**"

    def _changes(self) -> str:
        rows = (
            (
                self._code(file.path),
                file.change,
                f"+{file.added} −{file.removed}",
                patch.status,
                self._name(patch.agent_id),
            )
            for patch in self._run.patches.values()
            for file in patch.files
        )
        return _section("Changes", _table(("file", "change", "lines", "status", "by"), rows))

    def _memory(self, record: Record) -> str:
        rows = (
            (
                _clock(change.ts),
                self._code(change.key),
                self._cell(change.text) if isinstance(change, MemoryWritten) else "*deleted*",
                self._name(change.agent_id) if isinstance(change, MemoryWritten) else "",
            )
            for change in record.memory
        )
        return _section("Memory", _table(("when", "key", "text", "by"), rows))

    def _cost(self) -> str:
        usage = self._run.usage
        rows = [(self._name(agent_id), *_usage(each)) for agent_id, each in usage.agents.items()]
        rows.append(("**all**", *_usage(usage.total)))
        heads = ("agent", "input", "output", "from cache", "reasoning", "cost")
        table = _table(heads, rows) if usage.reports else "None was reported.\n"
        silent = sum(agent_id not in usage.agents for agent_id in self._run.agents)
        return _section("Cost", table + (f"\n{silent} not reporting.\n" if silent else ""))

    def _timeline(self) -> str:
        timeline = self._run.timeline
        note = ""
        if timeline.first:
            note = (
                f"The newest {timeline.kept:,} of {timeline.count:,} entries; the JSONL export has all.\n\n"
            )
        return _section("Timeline", note + "".join(self._entry(entry) for entry in timeline.entries()))

    def _entry(self, entry: TimelineEntry) -> str:
        who = self._name(entry.agent_id)
        head = f"- `{_clock(entry.ts)}` {entry.kind}" + (f" **{who}**" if who else "")
        if entry.kind in QUOTED_KINDS:
            words = visible(self._clean(entry.detail or entry.subject)).strip().splitlines()
            return f"{head}\n" + "".join(f"  > {line}\n" for line in words) + "\n"
        tail = " · ".join(word for word in (entry.label, entry.note, _ending(entry)) if word)
        return f"{head} {self._cell(entry.subject)}" + (f" · {self._cell(tail)}" if tail else "") + "\n"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body or 'None.'}" + ("" if body.endswith("\n") else "\n")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; empty when it has no rows."""
    body = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    if not body:
        return ""
    return f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n{body}"


def _cell(text: str) -> str:
    """Text as it may stand in a line or a table, with nothing in it that Markdown would obey."""
    flat = one_line(text, 300)
    for mark in ("\\", "|", "`", "*", "_", "<", "[", "#"):
        flat = flat.replace(mark, f"\\{mark}")
    return flat


def _code(text: str) -> str:
    """The same as code: the fence is longer than any in it."""
    flat = one_line(text, 200).replace("|", "\\|")
    fence = "``" if "`" in flat else "`"
    return f"{fence} {flat} {fence}" if "`" in flat else f"`{flat}`"


def _clock(ts: str) -> str:
    """`12:04:31` in UTC, as timestamps of the wire have it."""
    return ts[11:19] or "–"


def _status(run: RunState) -> str:
    return " · ".join(word for word in (run.status, run.status_message or run.status_reason or "") if word)


def _took(run: RunState) -> str:
    milliseconds = elapsed_ms(run.started_at, run.ended_at or run.last_ts)
    if milliseconds is None:
        return "unknown"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _ending(entry: TimelineEntry) -> str:
    status = "" if entry.status in ("none", "ok") else entry.status
    took = "" if entry.duration_ms is None else f"{entry.duration_ms} ms"
    return " · ".join(word for word in (status, took) if word)


def _tokens(usage: AgentUsage) -> str:
    return f"{usage.input_tokens:,} in · {usage.output_tokens:,} out"


def _money(usage: AgentUsage) -> str:
    if usage.cost_usd is None:
        return "unknown"
    return f"${usage.cost_usd:,.4f}" + (" and more without a known price" if usage.unpriced else "")


def _usage(usage: AgentUsage) -> tuple[str, ...]:
    numbers = (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.reasoning_tokens)
    return (*(f"{number:,}" for number in numbers), _money(usage))
