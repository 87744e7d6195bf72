"""From states to lines: says what is new since the state before. Each thing is said once."""

from mogplex_cli.cockpit.cells.base import CellContext
from mogplex_cli.plain.drawers import drawer_lines, sign_in_lines
from mogplex_cli.plain.entries import entry_lines, is_settled
from mogplex_cli.plain.questions import Questions
from mogplex_cli.store.selectors.alerts import all_alerts
from mogplex_cli.store.selectors.approvals import ApprovalItem, select_approvals, select_inbox
from mogplex_cli.store.selectors.facts import agent_name
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.state.timeline import TimelineEntry
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES

EARLIER = 20
"""How many entries of a run that was already going are told."""


class Teller:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.questions = Questions()
        self._run_id = ""
        self._next = 0
        """Index of the first entry that was not looked at."""
        self._open: dict[int, None] = {}
        """Entries that were looked at and are not settled, in order."""
        self._told: CockpitState | None = None
        self._alerts: set[str] = set()

    def news(self, state: CockpitState) -> list[str]:
        """The lines that say what is new."""
        before, self._told = self._told, state
        lines = [*self._run(state), *self._entries(state), *self._asked(state), *self._alerted(state)]
        if state.notice is not None and (before is None or before.notice != state.notice):
            lines.append(_toned(state.notice.tone, one_line(state.notice.text)))
        if state.signing_in is not None and (before is None or before.signing_in != state.signing_in):
            lines.extend(sign_in_lines(state))
        if state.composer.error and (before is None or before.composer.error != state.composer.error):
            lines.append(f"not sent: {state.composer.error}")
        if state.drawer is not None and (before is None or before.drawer != state.drawer):
            lines.extend(self._drawer(state))
        return lines

    def _run(self, state: CockpitState) -> list[str]:
        """Another run is told of by its last entries."""
        run = state.run
        if run.run_id == self._run_id:
            return []
        self._run_id, self._open = run.run_id, {}
        self._next = max(run.timeline.first, run.timeline.count - EARLIER)
        if not run.run_id:
            return []
        if not self._next:
            return [f"run {run.run_id}"]
        return [
            f"run {run.run_id} · {run.status} · {one_line(run.task, 200)}",
            f"  {self._next:,} earlier entries are not read out",
        ]

    def _entries(self, state: CockpitState) -> list[str]:
        timeline = state.run.timeline
        over = state.run.status in FINAL_RUN_STATUSES
        self._open.update(dict.fromkeys(range(max(self._next, timeline.first), timeline.count)))
        self._next = timeline.count
        lines: list[str] = []
        context: CellContext | None = None
        for index in tuple(self._open):
            entry = timeline.get(index)
            if entry is not None and not over and not is_settled(entry):
                continue
            del self._open[index]
            if entry is not None:
                context = context or _context(state)
                lines.extend(self._entry(entry, context))
        return lines

    def _entry(self, entry: TimelineEntry, context: CellContext) -> list[str]:
        """An approval that waits is a question, and no fact yet."""
        return [] if entry.status == "waiting" else entry_lines(entry, context)

    def _asked(self, state: CockpitState) -> list[str]:
        """What waits and was not asked yet."""
        if not state.run.approvals.pending:
            return []
        new = (item for item in select_approvals(state).items if self.questions.is_new(item))
        return [line for item in new for line in self.questions.ask(item)]

    def _alerted(self, state: CockpitState) -> list[str]:
        """Alerts that were not there before; what waits in this run is asked instead."""
        alerts = [alert for alert in all_alerts(state) if alert.opens != "approvals"]
        now = {alert.text.partition(" · ")[0] for alert in alerts}
        lines = [
            _toned("error" if alert.tone == "danger" else "warning", alert.text)
            for alert in alerts
            if alert.text.partition(" · ")[0] not in self._alerts
        ]
        if any(text.startswith("transport ") for text in self._alerts - now):
            lines.append(f"transport {state.connection.health}")
        self._alerts = now
        return lines

    def _drawer(self, state: CockpitState) -> list[str]:
        drawer = state.drawer
        if drawer is None or drawer.surfaced:
            return []
        match drawer.name:
            case "approval":
                return self._again(select_approvals(state).items)
            case "inbox":
                told = select_inbox(state)
                return [*self._again(told.items), *([told.hint] if told.hint else [])]
            case "entry":
                entry = state.run.timeline.get(int(drawer.argument))
                return entry_lines(entry, _context(state)) if entry else []
            case name:
                return drawer_lines(name, state)

    def _again(self, items: tuple[ApprovalItem, ...]) -> list[str]:
        return [line for item in items for line in self.questions.ask(item)] or [
            "nothing waits for a decision"
        ]


def _context(state: CockpitState) -> CellContext:
    run = state.run
    return CellContext(names={key: agent_name(run, key) for key in run.agents})


def _toned(tone: str, text: str) -> str:
    """A word says how bad it is."""
    return text if tone == "info" else f"{tone}: {text}"
