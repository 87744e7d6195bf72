"""The init harness: one scripted agent that drafts two files and asks to add them."""

from mogplex_contracts.events.agent import AgentFinished, AgentPlanUpdated, AgentSpawned, PlanStep
from mogplex_contracts.events.run import RunModeChanged
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.base import HarnessContext
from mogplex_daemon.harness.demo.script import Notes
from mogplex_daemon.harness.init.drafts import AGENTS_FILE, REVIEW_FILE
from mogplex_daemon.harness.init.script import step, summary
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts

MODEL_NAME = "no model"
PLAN = ("Look at what lies here", f"Add {AGENTS_FILE} and {REVIEW_FILE}")


class InitHarness:
    """Writes nothing over what is there; what it adds waits at the gate like everything else."""

    def __init__(self) -> None:
        self._interrupts = Interrupts()

    async def run(self, context: HarnessContext) -> None:
        """Draft, ask, add."""
        # Here, because it loads pydantic-ai, which takes most of a second.
        from mogplex_daemon.harness.demo.model import read_conversation, script_model
        from mogplex_daemon.harness.loop.agent_loop import run_agent

        agent = AgentIdentity(new_id("agt"), "scribe", "builder", MODEL_NAME)
        await context.emit(RunModeChanged(mode="executing"))
        await context.emit(
            AgentSpawned(
                agent_id=agent.agent_id, number=1, name=agent.name, role=agent.role, model=MODEL_NAME
            )
        )
        plan = tuple(PlanStep(text=text) for text in PLAN)
        await context.emit(AgentPlanUpdated(agent_id=agent.agent_id, steps=plan))
        outcome = await run_agent(
            context,
            agent,
            script_model(step, Notes(context.spec.task), who="/init"),
            "Draft the two files from what lies in the folder, and write over nothing.",
            context.spec.task,
            context.tools,
            interrupts=self._interrupts,
            reports_usage=False,
            remote_tools=False,
        )
        done = tuple(PlanStep(text=text, status="done") for text in PLAN)
        await context.emit(AgentPlanUpdated(agent_id=agent.agent_id, steps=done))
        told = summary(read_conversation(outcome.history).results)
        await context.emit(AgentFinished(agent_id=agent.agent_id, status="completed", summary=told))

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop the current step; False when nothing works."""
        return self._interrupts.interrupt()
