"""Agents in detail: plan, what is in flight, what waits, recent actions. Enter leads into the timeline."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from mogplex_cli.cockpit.drawers.list_drawer import ListDrawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.glyphs import AGENT, ENTRY, RISK
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, cut, line, pad, right, spread, wrap
from mogplex_cli.cockpit.kit.listing import Listing, Row
from mogplex_cli.cockpit.kit.staleness import as_of
from mogplex_cli.cockpit.kit.words import clock_time, count, minutes, money, plain
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.agent_detail import AgentDetail, AgentDetailProps

STEP = {"pending": ("○", "dim"), "in_progress": ("◆", "accent"), "done": ("✓", "ok")}
LABEL_CELLS = 12


class AgentListing(Listing[AgentDetailProps]):
    """A row an agent; below them the one selected."""

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__(id="drawer-list")
        self._zone = zone

    def rows(self, told: AgentDetailProps, key: str, width: int) -> Sequence[Row]:
        """Heading and agents."""
        heading: tuple[Span, ...] = (
            (" AGENTS", "strong"),
            (f"  {len(told.agents) or ''}", "dim"),
            *as_of(told.stale),
        )
        rows: list[Row] = [("", line(*heading)), ("", BLANK)]
        if told.empty:
            rows.append(("", line((f"   {told.empty}", "normal"))))
        rows.extend(
            (agent.card.agent_id, _row(agent, width, selected=agent.card.agent_id == key))
            for agent in told.agents
        )
        return rows

    def text(self, told: AgentDetailProps, key: str, width: int) -> Sequence[Line]:
        """The selected one."""
        agent = next((each for each in told.agents if each.card.agent_id == key), None)
        return agent_lines(agent, width, self._zone) if agent else ()


class AgentDrawer(ListDrawer[AgentDetailProps]):
    """Interrupts the selected agent, and shows where in the timeline it is."""

    context = "agent"
    BINDINGS = [*bindings("agent")]

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__(AgentListing(zone))

    def order(self, told: AgentDetailProps) -> Sequence[str]:
        """In the order they joined."""
        return [agent.card.agent_id for agent in told.agents]

    def begin_with(self, told: AgentDetailProps) -> str:
        """The one that was asked for, else the first that works."""
        return told.first or super().begin_with(told)

    @property
    def agent_id(self) -> str:
        """The selected one."""
        return self.selected

    def idle(self) -> frozenset[str]:
        """Who has done nothing yet has no entry, and who is at rest cannot be interrupted."""
        agent = self._agent()
        entry = agent is not None and bool(agent.recent)
        works = agent is not None and agent.can_interrupt
        return super().idle() | {key for key, acts in (("choose", entry), ("stop", works)) if not acts}

    def action_choose(self) -> None:
        """Show its newest entry in the timeline."""
        agent = self._agent()
        if agent is not None and agent.recent:
            self.post_message(Invoke("show_entry", str(agent.recent[0].index)))

    def action_stop(self) -> None:
        """Stop what it does this moment; the run goes on."""
        agent = self._agent()
        if agent is not None and agent.can_interrupt:
            self.post_message(Invoke("interrupt", agent.card.agent_id))

    def _agent(self) -> AgentDetail | None:
        agents = self.told.agents if self.told else ()
        return next((each for each in agents if each.card.agent_id == self.selected), None)


NAME_CELLS, MODEL_CELLS = 12, 24
"""A name keeps a cell from its role, and a model does not push the status away."""


def _row(agent: AgentDetail, width: int, *, selected: bool) -> Line:
    card = agent.card
    glyph, token = AGENT[card.status]
    left: tuple[Span, ...] = (
        (" ▸ " if selected else "   ", "accent"),
        (f"{card.number} ", "dim"),
        (f"{glyph} ", token),
        (pad(cut(card.name, NAME_CELLS - 1), NAME_CELLS), "bright" if selected or card.working else "normal"),
        (pad(card.role, 12), "dim"),
        (pad(plain(card.status), 22), token if token == "warn" else "normal"),
        (card.action, "normal"),
    )
    return spread(
        left,
        ((f" {cut(card.model, MODEL_CELLS) or '–'} ", "dim"),) if width >= 80 else (),
        width,
        "selected" if selected else "plain",
    )


def agent_lines(agent: AgentDetail, width: int, zone: tzinfo | None) -> list[Line]:
    """Everything about one agent in `width` cells. Pure."""
    card, room = agent.card, width - 5
    head = f"── {card.name} "
    lines = [BLANK, spread(((" " + head, "dim"), ("─" * max(0, width - len(head) - 2), "faint")), (), width)]
    body = [
        *_facts(agent, room),
        *_summary(agent, room),
        *_plan(agent, room),
        *_calls(agent, room),
        *_asks(agent, room),
        *_recent(agent, room, zone),
    ]
    return [*lines, *(Line((("   ", "normal"), *each.spans), each.ground) for each in body)]


def _facts(agent: AgentDetail, width: int) -> Iterator[Line]:
    glyph, token = AGENT[agent.card.status]
    doing = f" · {agent.card.action}" if agent.card.action else ""
    yield _fact("status", ((f"{glyph} {plain(agent.card.status)}", token), (doing, "normal")), width)
    yield _fact("model", ((agent.card.model or "unknown", "normal"),), width)
    if agent.tokens is None:
        yield _fact("used", (("not reporting", "warn"),), width)
    else:
        used = f"{count(agent.tokens)} tok · {_price(agent)}{_context(agent)}"
        yield _fact("used", ((used, "normal"),), width)
    waited: Span = (f" · waited for you {minutes(agent.waited_s)}", "warn" if agent.waited_s else "dim")
    yield _fact("time", ((f"worked {minutes(agent.worked_s)}", "normal"), waited), width)
    if agent.parent:
        yield _fact("joined by", ((agent.parent, "normal"),), width)
    if agent.children:
        yield _fact("brought in", ((", ".join(agent.children), "normal"),), width)


def _price(agent: AgentDetail) -> str:
    price = money(agent.cost_usd, agent.unpriced)
    return f"cost {price}" if agent.cost_usd is None else price


def _context(agent: AgentDetail) -> str:
    if agent.context_used is None:
        return ""
    if not agent.context_window:
        return f" · context {count(agent.context_used)}"
    share = f"{agent.context_used / agent.context_window:.0%}".replace("%", " %")
    return f" · context {count(agent.context_used)} of {count(agent.context_window)} ({share})"


def _summary(agent: AgentDetail, width: int) -> Iterator[Line]:
    if agent.summary:
        yield from _head("RESULT", "")
        yield from (line((row, "normal")) for row in wrap(agent.summary, width))


def _plan(agent: AgentDetail, width: int) -> Iterator[Line]:
    if not agent.plan:
        return
    done = sum(step.status == "done" for step in agent.plan)
    yield from _head("PLAN", f"{done} of {len(agent.plan)} done")
    for step in agent.plan:
        glyph, token = STEP.get(step.status, ("○", "dim"))
        rows = wrap(step.text, width - 2)
        for place, row in enumerate(rows):
            mark: Span = (f"{glyph} ", "accent" if token == "accent" else "ok" if token == "ok" else "dim")
            looks = "bright" if step.status == "in_progress" else "normal"
            yield line(mark if place == 0 else ("  ", "normal"), (row, looks))


def _calls(agent: AgentDetail, width: int) -> Iterator[Line]:
    if not agent.calls:
        return
    yield from _head("IN FLIGHT", str(len(agent.calls)))
    for call in agent.calls:
        left: tuple[Span, ...] = (("◆ ", "accent"), (f"{call.tool}  ", "normal"), (call.target, "bright"))
        yield spread(left, ((minutes(call.seconds), "normal"),), width)


def _asks(agent: AgentDetail, width: int) -> Iterator[Line]:
    if not agent.asks:
        return
    yield from _head("WAITS FOR YOU", str(len(agent.asks)))
    for ask in agent.asks:
        glyph, word, token = RISK[ask.risk]
        yield spread(((f"{glyph} {word}  ", token), (f"{ask.tool}  {ask.target}", "normal")), (), width)


def _recent(agent: AgentDetail, width: int, zone: tzinfo | None) -> Iterator[Line]:
    if not agent.recent:
        return
    yield from _head("RECENT", "enter shows the newest in the timeline")
    for entry in agent.recent:
        glyph, token = ENTRY[entry.status]
        left: tuple[Span, ...] = (
            (f"{clock_time(entry.ts, zone)}  ", "dim"),
            (f"{glyph} ", token),
            (entry.what, "normal"),
        )
        yield spread(left, ((right(entry.note, 10), "dim"),) if entry.note else (), width)


def _fact(label: str, spans: tuple[Span, ...], width: int) -> Line:
    return spread(((pad(label, LABEL_CELLS), "dim"), *spans), (), width)


def _head(name: str, note: str) -> tuple[Line, Line]:
    return BLANK, line((name, "dim"), (f"  {note}" if note else "", "dim"))
