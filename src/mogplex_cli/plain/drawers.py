"""What drawers say, as lines. A drawer that is not here has no plain form yet. Pure."""

from collections.abc import Callable, Sequence

from mogplex_cli.actions.base import Action
from mogplex_cli.actions.slash import slash_table
from mogplex_cli.cockpit.kit.glyphs import AGENT_WORDS
from mogplex_cli.cockpit.kit.words import ago, count, minutes, money, plain
from mogplex_cli.export.request import FORMATS, SCOPES
from mogplex_cli.plain.panel_drawers import (
    agent_lines,
    cost_lines,
    mcp_lines,
    memory_lines,
    model_lines,
)
from mogplex_cli.store.selectors.agents import select_agents
from mogplex_cli.store.selectors.header import select_header
from mogplex_cli.store.selectors.login import select_login
from mogplex_cli.store.selectors.runs import RunRow, select_runs
from mogplex_cli.store.selectors.sign_in import select_sign_in
from mogplex_cli.store.state import CockpitState, DrawerName
from mogplex_contracts.text import one_line

HELP = (
    "a line without a slash goes to the agents, or starts a run",
    "a 1 approves question 1 · r 1 rejects it · r 1 words rejects it and tells the agent why",
    "an empty line tells how things stand · ctrl+c twice, ctrl+d or /quit leaves; a run goes on",
)


def drawer_lines(name: DrawerName, state: CockpitState) -> list[str]:
    """What the drawer says."""
    lines = DRAWERS.get(name)
    if lines is None:
        return [f"the {name} drawer has no plain form in this version · mogplex without --plain shows it"]
    return lines(state)


def standing_lines(state: CockpitState) -> list[str]:
    """How things stand: the header, the agents, and what waits."""
    told = select_header(state)
    facts = [f"run {told.status}" if state.run.run_id else "no run", f"permissions {told.permission_mode}"]
    if state.run.run_id and told.elapsed_s is not None:
        facts.insert(1, minutes(told.elapsed_s))
    if told.model:
        facts.append(f"model {told.model}")
    if told.tokens is not None:
        facts.append(f"{count(told.tokens)} tokens, cost {money(told.cost_usd, told.unpriced)}")
    facts.append(f"transport {told.health}")
    lines = [" · ".join(facts)]
    for card in select_agents(state).cards:
        status = plain(AGENT_WORDS.get(card.status, card.status))
        action = f" · {card.action}" if card.action and card.action != status else ""
        lines.append(f"  agent {card.number} {card.name} ({card.role}) · {status}{action}")
    waiting = len(state.run.approvals.pending)
    if waiting:
        lines.append(f"  {waiting} question{'' if waiting == 1 else 's'} waiting · /approvals asks again")
    return lines


def _runs(state: CockpitState) -> list[str]:
    told = select_runs(state)
    lines = [told.empty] if told.empty else []
    for title, rows in (("needs you", told.needs_you), ("working", told.working), ("done", told.done)):
        lines.extend(_run(title, row) for row in rows)
    return [*lines, *([told.hint] if told.hint else [])]


def _run(title: str, row: RunRow) -> str:
    waits = f" · {row.waiting} waiting" if row.waiting else ""
    shown = " · shown" if row.shown else ""
    return f"{title} · {row.run_id} · {row.status} · {row.repo} · {row.task} · {ago(row.age_s)}{waits}{shown}"


def _help(state: CockpitState) -> list[str]:
    """Every command in force with all its names, those people wrote with where they are from; then what is wrong."""
    table = slash_table(state.commands)
    names: dict[str, list[str]] = {}
    for name, action in table.items():
        names.setdefault(action.name, []).append(f"/{name}")
    commands = [_command(table[first.removeprefix("/")], first, more) for first, *more in names.values()]
    problems = [f"  {one_line(str(problem))}" for problem in state.commands.problems]
    return ["commands", *commands, *(["what is wrong with commands", *problems] if problems else []), *HELP]


def _command(action: Action, name: str, more: Sequence[str]) -> str:
    also = f"also {', '.join(more)}" if more else ""
    said = (f"{name} {action.argument}".rstrip(), action.help, also, action.source)
    return "  " + " · ".join(one_line(part) for part in said if part)


def _permissions(state: CockpitState) -> list[str]:
    return state.drawer.argument.splitlines() if state.drawer else []


def _export(_: CockpitState) -> list[str]:
    return [f"/export writes a file: {' or '.join(FORMATS)}, then {' or '.join(SCOPES)}"]


def _login(state: CockpitState) -> list[str]:
    told = select_login(state)
    now = (
        f"runs are driven by {told.harness}"
        if told.harness
        else "nothing drives runs yet · choose how to begin"
    )
    ways = (
        f"  /login {choice.name} · {choice.title} · {choice.missing or choice.detail}"
        for choice in told.choices
    )
    return [now, *ways, *(f"  {text}" for text in told.none_found)]


def sign_in_lines(state: CockpitState) -> list[str]:
    """How the sign-in to the account goes."""
    told = select_sign_in(state)
    lines = [f"sign in with Mogplex · {told.now}"]
    if told.url:
        lines.extend(
            (f"  {told.lead}", f"  {told.url}", "  or make a token on the web, and: /login mogplex mog_…")
        )
    return [*lines, *(f"  {text}" for text in (told.remark, told.error) if text)]


def _sign_in(_: CockpitState) -> list[str]:
    """How it goes is told as it goes."""
    return []


def _keys(_: CockpitState) -> list[str]:
    return ["there are no keys here, only lines", *HELP]


DRAWERS: dict[DrawerName, Callable[[CockpitState], list[str]]] = {
    "runs": _runs,
    "palette": _help,
    "permissions": _permissions,
    "keys": _keys,
    "login": _login,
    "sign_in": _sign_in,
    "export": _export,
    "agent": agent_lines,
    "cost": cost_lines,
    "model": model_lines,
    "mcp": mcp_lines,
    "memory": memory_lines,
}
