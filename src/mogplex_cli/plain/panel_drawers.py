"""Agents, cost, models, MCP servers and memory as lines. Pure."""

from mogplex_cli.cockpit.kit.words import count, minutes, money, plain
from mogplex_cli.store.selectors.agent_detail import AgentDetail, select_agent_detail
from mogplex_cli.store.selectors.cost import CostRow, select_cost
from mogplex_cli.store.selectors.mcp_detail import ServerRow, select_mcp_detail
from mogplex_cli.store.selectors.memory import select_memory
from mogplex_cli.store.selectors.models import ModelRow, select_models
from mogplex_cli.store.state import CockpitState


def agent_lines(state: CockpitState) -> list[str]:
    """Each agent; with its plan and what is in flight."""
    told = select_agent_detail(state)
    wanted = state.drawer.argument if state.drawer else ""
    agents = [each for each in told.agents if wanted in ("", each.card.agent_id)]
    return [told.empty] if told.empty else [row for agent in agents for row in _agent(agent)]


def _agent(agent: AgentDetail) -> list[str]:
    card = agent.card
    used = f"{count(agent.tokens)} tokens" if agent.tokens is not None else "usage not reported"
    times = f"worked {minutes(agent.worked_s)}, waited for you {minutes(agent.waited_s)}"
    action = f" · {card.action}" if card.action else ""
    model = card.model or "model unknown"
    return [
        f"agent {card.number} {card.name} ({card.role}) · {plain(card.status)}{action}",
        f"  {model} · {used} · {times}",
        *(f"  plan · {plain(step.status)} · {step.text}" for step in agent.plan),
        *(f"  in flight · {call.tool} {call.target} · {minutes(call.seconds)}" for call in agent.calls),
        *(f"  waits for you · {ask.risk} risk · {ask.tool} {ask.target}" for ask in agent.asks),
    ]


def cost_lines(state: CockpitState) -> list[str]:
    """Each agent, all together, and the limits."""
    told = select_cost(state)
    if told.empty:
        return [told.empty]
    rows = (*told.rows, *((told.total,) if told.total and len(told.rows) > 1 else ()))
    lines = [_cost(row) for row in rows]
    for row in told.limits:
        lines.append(f"{row.what} limit · {row.used} of {row.limit} · {row.share:.0%}")
        if row.projection:
            lines.append(f"  projection · {row.projection}")
    return lines


def _cost(row: CostRow) -> str:
    used = row.usage
    if used is None:
        figures = "not reporting"
    else:
        tokens = f"{count(used.input_tokens)} in ({count(used.cache_read_tokens)} cached)"
        figures = (
            f"{tokens}, {count(used.output_tokens)} out · cost {money(used.cost_usd, used.unpriced > 0)}"
        )
    return f"{row.name} · {figures} · worked {minutes(row.worked_s)}, waited for you {minutes(row.waited_s)}"


def model_lines(state: CockpitState) -> list[str]:
    """Each model, with how to choose one."""
    told = select_models(state)
    lines = [_model(row) for row in told.rows]
    more = [text for text in (told.problem, told.hint) if text]
    return [*lines, *more, "/model <slug> chooses one"]


def _model(row: ModelRow) -> str:
    context = count(row.context) if row.context else "unknown"
    price = " and ".join(
        f"{'unknown' if usd is None else f'${usd:,.2f}'} {way}"
        for usd, way in ((row.input_usd, "in"), (row.output_usd, "out"))
    )
    current = " · in use" if row.current else ""
    return f"{row.slug} · context {context} · price of a million tokens {price}{current}"


def mcp_lines(state: CockpitState) -> list[str]:
    """Each server with why it cannot be used, the end of its stderr, and its tools."""
    told = select_mcp_detail(state)
    return [told.empty] if told.empty else [row for server in told.servers for row in _server(server)]


def _server(server: ServerRow) -> list[str]:
    why = f" · {' '.join(server.why.split())}" if server.why else ""
    return [
        f"mcp {server.name} · {plain(server.status)}{why}",
        *(f"  stderr · {text}" for text in server.stderr[-5:]),
        *(f"  tool · {tool.name}" for tool in server.tools),
    ]


def memory_lines(state: CockpitState) -> list[str]:
    """Each entry, with what this run did with it."""
    told = select_memory(state)
    marks = {(True, False): " · written by this run", (False, True): " · read by this run"}
    lines = [
        f"memory {row.name} · {' '.join(row.text.split())}{marks.get((row.written, row.read), '')}"
        for row in told.rows
    ]
    return [*lines, *(text for text in (told.problem, told.empty) if text)]
