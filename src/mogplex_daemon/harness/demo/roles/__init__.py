"""The agents of the demo, one script a file, and the order they work in."""

from collections.abc import Callable
from dataclasses import dataclass

from mogplex_contracts.vocabulary import AgentRole, RunMode
from mogplex_daemon.harness.demo.roles import architect, builder, reviewer, tester
from mogplex_daemon.harness.demo.script import HandOver, Notes, Script


@dataclass(frozen=True, slots=True)
class Role:
    """One agent of the demo."""

    name: str
    role: AgentRole
    mode: RunMode
    """What the run does while this agent works."""
    plan_step: str
    """Its part of the plan."""
    instructions: str
    script: Script
    hand_over: HandOver
    summary: Callable[[Notes], str]
    """What came of its work, out of the notes it handed over."""


ROLES: tuple[Role, ...] = (
    Role(
        name="atlas",
        role="architect",
        mode="planning",
        plan_step=architect.PLAN_STEP,
        instructions=architect.INSTRUCTIONS,
        script=architect.step,
        hand_over=architect.hand_over,
        summary=architect.summary,
    ),
    Role(
        name="forge",
        role="builder",
        mode="executing",
        plan_step=builder.PLAN_STEP,
        instructions=builder.INSTRUCTIONS,
        script=builder.step,
        hand_over=builder.hand_over,
        summary=builder.summary,
    ),
    Role(
        name="probe",
        role="tester",
        mode="testing",
        plan_step=tester.PLAN_STEP,
        instructions=tester.INSTRUCTIONS,
        script=tester.step,
        hand_over=tester.hand_over,
        summary=tester.summary,
    ),
    Role(
        name="sage",
        role="reviewer",
        mode="reviewing",
        plan_step=reviewer.PLAN_STEP,
        instructions=reviewer.INSTRUCTIONS,
        script=reviewer.step,
        hand_over=reviewer.hand_over,
        summary=reviewer.summary,
    ),
)
