"""Watches what a run uses: warns near a ceiling, and at one stops the run and asks whether to go on."""

from collections.abc import Awaitable, Callable

from mogplex_contracts.events import Event
from mogplex_contracts.events.agent import AgentStatusChanged
from mogplex_contracts.events.run import Limits
from mogplex_contracts.events.usage import UsageReported, UsageThresholdCrossed
from mogplex_contracts.limits import KINDS, WORDS, ceiling, figure, raised, spent
from mogplex_contracts.reduce import reduce
from mogplex_contracts.state import RunState
from mogplex_contracts.state.usage import Usage
from mogplex_contracts.vocabulary import LimitKind, Severity
from mogplex_daemon.harness.base import ActionRequest
from mogplex_daemon.runhost.gate import Emit

Reached = Callable[[UsageThresholdCrossed, str], Awaitable[None]]
"""Told of a ceiling that was reached, and by which agent."""


class LimitWatch:
    """Of one run. It counts by itself, so that a ceiling holds before the journal has caught up."""

    def __init__(self, limits: Limits, emit: Emit, reached: Reached) -> None:
        self.limits = limits
        self._emit = emit
        self._reached = reached
        self._counted = RunState()
        self._told: dict[LimitKind, Severity] = {}

    @property
    def usage(self) -> Usage:
        """What the run has used."""
        return self._counted.usage

    @property
    def over(self) -> tuple[LimitKind, ...]:
        """The ceilings the run has reached."""
        return tuple(kind for kind in KINDS if severity(self.limits, kind, self.usage) == "hard")

    async def saw(self, event: Event) -> None:
        """Count a recorded event; tell each crossing once."""
        if not isinstance(event, (UsageReported, AgentStatusChanged)):
            return
        self._counted = reduce(self._counted, event)
        await self._tell(event.agent_id)

    async def set(self, limits: Limits) -> None:
        """Hold to other ceilings; what crosses them already is told."""
        self.limits = limits
        self._told = {}
        await self._tell("run")

    async def _tell(self, agent_id: str) -> None:
        for kind in KINDS:
            crossed = severity(self.limits, kind, self.usage)
            if crossed is None or self._told.get(kind) in (crossed, "hard"):
                continue
            self._told[kind] = crossed
            event = UsageThresholdCrossed(
                kind=kind,
                value=spent(self.usage, kind),
                limit=ceiling(self.limits, kind) or 0.0,
                severity=crossed,
            )
            await self._emit(event)
            if crossed == "hard":
                await self._reached(event, agent_id)


def severity(limits: Limits, kind: LimitKind, usage: Usage) -> Severity | None:
    """How serious it stands with one ceiling; None below its warning line, or without it. Pure."""
    limit = ceiling(limits, kind)
    if limit is None:
        return None
    used = spent(usage, kind)
    if used >= limit:
        return "hard"
    return "soft" if used >= limit * limits.warn_at else None


def limit_request(crossed: UsageThresholdCrossed, watch: LimitWatch, agent_id: str) -> ActionRequest:
    """What a person is asked at a ceiling. Pure."""
    kind = crossed.kind
    higher = ceiling(raised(watch.limits, kind, watch.usage), kind) or 0.0
    limit, used = figure(kind, crossed.limit), figure(kind, crossed.value)
    return ActionRequest(
        kind="raise_limit",
        descriptor=f"limit:{kind}",
        target=f"{WORDS[kind]} limit {limit} → {figure(kind, higher)}",
        tool="limits",
        agent_id=agent_id,
        call_id="",
        detail=(
            f"The run has used {used} of {limit} and stands still at its next safe point.\n\n"
            f"approve   go on, with the limit raised to {figure(kind, higher)}\n"
            "reject    stop the run\n"
            "/model    switch to another model first; this goes on waiting"
        ),
    )
