"""Priority alerts: derived from the state alone, so each goes when its condition does."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from mogplex_cli.store.selectors.facts import key_for, run_is_active
from mogplex_cli.store.selectors.waiting import waiting_elsewhere
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.text import one_line

Tone = Literal["warning", "danger"]


class Alert(NamedTuple):
    """One thing not to miss."""

    tone: Tone
    text: str
    hint: str = ""
    """What to do now."""
    opens: str = ""
    """The action that does it; empty when there is none."""


@dataclass(frozen=True, slots=True)
class AlertsProps:
    """The alert whose turn it is, among how many."""

    alert: Alert | None
    place: int = 0
    """From 1."""
    count: int = 0
    next_key: str = ""
    """The key that shows the next one."""


def select_alerts(state: CockpitState) -> AlertsProps:
    """What the strip shows."""
    alerts = all_alerts(state)
    if not alerts:
        return AlertsProps(None)
    place = state.alert_turn % len(alerts)
    return AlertsProps(alerts[place], place + 1, len(alerts), key_for(state, "next_alert"))


def all_alerts(state: CockpitState) -> tuple[Alert, ...]:
    """Every alert, the most urgent first."""
    return (
        *([Alert("danger", one_line(state.trouble))] if state.trouble else []),
        *_out_of_step(state),
        *_transport(state),
        *_approvals(state),
        *_elsewhere(state),
        *_thresholds(state),
        *(Alert("warning", one_line(problem)) for problem in state.session.problems),
        *_missing(state),
    )


def _out_of_step(state: CockpitState) -> list[Alert]:
    step = state.step
    if not step.differs_at:
        return []
    suspect = one_line(step.suspect, 60)
    if not suspect:
        text = f"out of step with the host at @{step.differs_at}"
    elif step.differs_at == step.seq + 1:
        text = f"out of step with the host: the first event that differs is {suspect}"
    else:
        text = f"out of step with the host: equal before {suspect} · found at @{step.differs_at}"
    return [Alert("danger", text, "/attach opens it anew", "attach")]


def _approvals(state: CockpitState) -> list[Alert]:
    waiting = [item for key, item in state.run.approvals.pending.items() if key not in state.deciding]
    high = [item for item in waiting if item.request.risk == "high"]
    others = [item for item in waiting if item.request.risk != "high"]
    open_now = state.drawer is not None and state.drawer.name in ("approval", "inbox")
    alerts: list[Alert] = []
    if high:
        wait = "approval waits" if len(high) == 1 else "approvals wait"
        alerts.append(
            Alert(
                "danger", f"{len(high)} high-risk {wait} · {_what(high[0].request)}", *_hint(state, open_now)
            )
        )
    if others and not open_now:
        wait = "approval waits" if len(others) == 1 else "approvals wait"
        alerts.append(
            Alert("warning", f"{len(others)} {wait} · {_what(others[0].request)}", *_hint(state, open_now))
        )
    return alerts


def _elsewhere(state: CockpitState) -> list[Alert]:
    waiting = waiting_elsewhere(state)
    if not waiting or (state.drawer is not None and state.drawer.name == "inbox"):
        return []
    first = waiting[0]
    waits = "decision waits" if len(waiting) == 1 else "decisions wait"
    text = f"{len(waiting)} {waits} in other runs · {one_line(first.run.repo, 40)} {_what(first.request)}"
    tone: Tone = "danger" if first.request.risk == "high" else "warning"
    return [Alert(tone, text, f"{key_for(state, 'inbox') or '/inbox'} opens", "inbox")]


def _what(request: ApprovalRequested) -> str:
    return f"{one_line(request.tool, 40)} {one_line(request.target, 120)}"


def _hint(state: CockpitState, open_now: bool) -> tuple[str, str]:
    """What to do now, and the action that does it."""
    return ("", "") if open_now else (f"{key_for(state, 'approvals') or '/approvals'} opens", "approvals")


def _thresholds(state: CockpitState) -> list[Alert]:
    if not run_is_active(state):
        return []
    shown = state.drawer is not None and state.drawer.name == "cost"
    alerts: list[Alert] = []
    for crossed in state.run.usage.thresholds.values():
        what = {"cost_usd": "cost", "tokens": "tokens", "steps": "steps"}[crossed.kind]
        money = crossed.kind == "cost_usd"
        value, limit = (
            f"${number:.2f}" if money else f"{number:,.0f}" for number in (crossed.value, crossed.limit)
        )
        soft = crossed.severity == "soft"
        text = f"{what} limit {'near' if soft else 'reached'} · {value} of {limit}"
        hint = ("", "") if shown else ("/cost tells", "cost")
        alerts.append(Alert("warning" if soft else "danger", text, *hint))
    return alerts


def _transport(state: CockpitState) -> list[Alert]:
    connection = state.connection
    match connection.health:
        case "nominal":
            return []
        case "connecting" if not connection.reason:
            return []
        case "offline":
            tone: Tone = "danger"
        case _:
            tone = "warning"
    reason = f" · {one_line(connection.reason)}" if connection.reason else ""
    return [Alert(tone, f"transport {connection.health}{reason}")]


def _missing(state: CockpitState) -> list[Alert]:
    missing = state.run.missing
    if not missing:
        return []
    events = "1 event is" if missing == 1 else f"{missing:,} events are"
    return [Alert("warning", f"{events} missing from what is shown", "the journal has them")]
