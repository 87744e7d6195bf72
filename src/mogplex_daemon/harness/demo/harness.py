"""The demo harness: lets the four agents work one after another, and hands what they found from one to the next."""

from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated, AgentSpawned, PlanStep
from mogplex_contracts.events.run import RunModeChanged
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.base import HarnessContext
from mogplex_daemon.harness.demo.roles import ROLES, Role
from mogplex_daemon.harness.demo.script import Notes
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts


class DemoHarness:
    """Scripted agents for one run. Same state of the workspace and same decisions: same events."""

    def __init__(self) -> None:
        self._working: tuple[AgentIdentity, Interrupts] | None = None

    async def run(self, context: HarnessContext) -> None:
        """All roles in order; the first is the one whose plan is shown and kept up to date."""
        notes = Notes(context.spec.task)
        planner = new_id("agt")
        for position, role in enumerate(ROLES):
            agent_id = planner if position == 0 else new_id("agt")
            notes = await self._work(context, role, position, agent_id, planner, notes)
        await context.emit(AgentPlanUpdated(agent_id=planner, steps=plan(len(ROLES))))

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop the current step of the agent that works; False when it is not `agent_id` or none works."""
        if self._working is None:
            return False
        agent, interrupts = self._working
        return agent_id in (None, agent.agent_id) and interrupts.interrupt()

    async def _work(
        self, context: HarnessContext, role: Role, position: int, agent_id: str, planner: str, notes: Notes
    ) -> Notes:
        # Here, because it loads pydantic-ai, which takes most of a second.
        from mogplex_daemon.harness.demo.model import MODEL_NAME, read_conversation, script_model
        from mogplex_daemon.harness.loop.agent_loop import run_agent

        agent = AgentIdentity(agent_id, role.name, role.role, MODEL_NAME)
        interrupts = Interrupts()
        await context.emit(RunModeChanged(mode=role.mode))
        await context.emit(
            AgentSpawned(
                agent_id=agent_id, number=position + 1, name=role.name, role=role.role, model=MODEL_NAME
            )
        )
        await context.emit(AgentPlanUpdated(agent_id=planner, steps=plan(position)))
        self._working = agent, interrupts
        try:
            outcome = await run_agent(
                context,
                agent,
                script_model(role.script, notes),
                role.instructions,
                context.spec.task,
                context.tools,
                interrupts=interrupts,
                reports_usage=False,
            )
        finally:
            self._working = None
        notes = role.hand_over(notes, read_conversation(outcome.history).results)
        await context.emit(AgentFinished(agent_id=agent_id, status="completed", summary=role.summary(notes)))
        return notes


def plan(done: int) -> tuple[PlanStep, ...]:
    """The plan of the run when `done` roles have finished and the next one works."""
    return tuple(
        PlanStep(
            text=f"{role.plan_step} ({role.name})",
            status="done" if position < done else "in_progress" if position == done else "pending",
        )
        for position, role in enumerate(ROLES)
    )
