"""The native harness: an agent on a model that works on the task, and delegates what can be done apart."""

from importlib import import_module
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.memory import ContextLoaded
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.vocabulary import AgentRole
from mogplex_daemon.harness.base import HarnessContext, HarnessFailed, HarnessRefused, Tool, ToolResult
from mogplex_daemon.harness.loop.agent import AgentIdentity, Interrupts
from mogplex_daemon.harness.model_access import ChosenModel, NoModel, choose_model
from mogplex_daemon.harness.native.delegate import Delegate
from mogplex_daemon.harness.native.prompts import continued, sub_agent_prompt, system_prompt
from mogplex_daemon.harness.native.roles import ROLES, tools_of
from mogplex_daemon.harness.native.team import Team

if TYPE_CHECKING:
    from mogplex_daemon.harness.loop.driving import Driving
    from mogplex_daemon.harness.loop.kept_history import KeptHistory
    from mogplex_daemon.harness.loop.provider_models import ProviderModels

CHARACTERS_A_TOKEN = 4
LAST_WORDS_SECONDS = 5.0
"""How long an agent that is stopped may take to be told as ended."""
SUMMARY_CHARACTERS = 120


class NativeHarness:
    """Of one run."""

    def __init__(self) -> None:
        self._context: HarnessContext | None = None
        self._team: Team | None = None
        self._chosen: ChosenModel | None = None
        self._models: ProviderModels | None = None

    async def run(self, context: HarnessContext) -> None:
        """Work on the task until it is done and nobody has more to say. Raises HarnessFailed."""
        self._context = context
        try:
            chosen = self._chosen = choose_model(context.spec.models, context.model)
        except NoModel as missing:
            raise HarnessFailed("no_model", str(missing)) from missing
        self._team = Team(context)
        agent, interrupts = await self._team.spawn(ROLES["builder"].name, "builder", chosen.slug)
        delegates = Delegate.name not in context.spec.disabled_tools
        prompt = system_prompt(context.spec.cwd, context.spec.instructions, delegates=delegates)
        own = len(prompt) - len(context.spec.instructions)
        await context.emit(
            ContextLoaded(kind="config", path="mogplex system prompt", tokens=own // CHARACTERS_A_TOKEN + 1)
        )
        tools: tuple[Tool, ...] = (
            (*context.tools, Delegate(self._work_for)) if delegates else tuple(context.tools)
        )
        await self._main(agent, interrupts, prompt, tools)

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop the current step of one agent, or of all; False when nothing worked."""
        return self._team is not None and self._team.interrupt(agent_id)

    async def use_model(self, model: str) -> None:
        """Use another model from the next call of every agent on. Raises HarnessRefused when nobody has it."""
        if self._context is None:
            return
        try:
            chosen = choose_model(self._context.spec.models, model)
        except NoModel as missing:
            raise HarnessRefused(str(missing)) from missing
        self._models = await anyio.to_thread.run_sync(load_models, self._models, chosen)
        self._chosen = chosen

    async def _main(
        self, agent: AgentIdentity, interrupts: Interrupts, prompt: str, tools: tuple[Tool, ...]
    ) -> None:
        # In a thread, because it loads pydantic-ai and an SDK, which takes seconds when the disk is cold.
        self._models = await anyio.to_thread.run_sync(load_models, self._models, self._model())
        from mogplex_daemon.harness.loop.agent_loop import run_agent
        from mogplex_daemon.harness.loop.kept_history import KeptHistory, take_up

        context, team = self._here()
        task, history = context.spec.task, ()
        if context.spec.continues is not None:
            before = take_up(context.spec.continues)
            if before is None:
                raise HarnessFailed(
                    "nothing_to_continue",
                    f"{context.spec.continues} holds no history that can be read; start a new run with /run",
                )
            task, history = continued(task, before.unfinished), before.history
            known = f"the agent goes on from an earlier run with the {len(history)} messages it knew"
            await context.emit(Diagnostic(code="continued", message=known, agent_id=agent.agent_id))
        kept = KeptHistory(context.folder, context.without_secrets)
        status, summary = "killed", ""
        try:
            outcome = await run_agent(
                context, agent, self._driving(kept), prompt, task, tools, history, interrupts=interrupts
            )
            status, summary = "completed", short(outcome.text)
        except HarnessFailed as failed:
            status, summary = "failed", str(failed)
            raise
        finally:
            team.gone(agent)
            with anyio.move_on_after(LAST_WORDS_SECONDS, shield=True):
                await context.emit(AgentFinished(agent_id=agent.agent_id, status=status, summary=summary))

    async def _work_for(self, role: AgentRole, task: str, parent_id: str) -> ToolResult:
        """Let a sub-agent do a piece of work. What goes wrong with it is told to whoever delegated."""
        from mogplex_daemon.harness.loop.agent_loop import run_agent

        context, team = self._here()
        known = ROLES[role]
        agent, interrupts = await team.spawn(known.name, role, self._model().slug, parent_id)
        prompt = sub_agent_prompt(
            context.spec.cwd, context.spec.instructions, agent.name, role, known.instructions
        )
        tools = tools_of(known, context.tools)
        finished = AgentFinished(agent_id=agent.agent_id, status="killed", summary="stopped")
        try:
            outcome = await run_agent(
                context, agent, self._driving(None), prompt, task, tools, interrupts=interrupts
            )
            finished = finished.model_copy(update={"status": "completed", "summary": short(outcome.text)})
            return ToolResult("ok", outcome.text or "[it said nothing]")
        except HarnessFailed as failed:
            finished = finished.model_copy(update={"status": "failed", "summary": str(failed)})
            await context.emit(Error(code=failed.code, message=str(failed), agent_id=agent.agent_id))
            return ToolResult("error", str(failed))
        finally:
            team.gone(agent)
            with anyio.move_on_after(LAST_WORDS_SECONDS, shield=True):
                await context.emit(finished)

    def _driving(self, kept: "KeptHistory | None") -> "Driving":
        from mogplex_daemon.harness.loop.driving import Driving

        access = self._here()[0].spec.models
        assert self._models is not None
        return Driving(
            choose=self._model,
            model_of=self._models.of,
            retries=access.retries,
            compact_at=access.compact_at,
            kept=kept,
            follow_ups=kept is not None,
        )

    def _model(self) -> ChosenModel:
        assert self._chosen is not None
        return self._chosen

    def _here(self) -> tuple[HarnessContext, Team]:
        assert self._context is not None and self._team is not None
        return self._context, self._team


def load_models(models: "ProviderModels | None", chosen: ChosenModel) -> "ProviderModels":
    """The models of the run, with everything loaded that calls `chosen`."""
    import_module("mogplex_daemon.harness.loop.agent_loop")
    from mogplex_daemon.harness.loop.provider_models import ProviderModels

    loaded = models or ProviderModels()
    loaded.of(chosen)
    return loaded


def short(text: str) -> str:
    """The first line of what an agent said last. Pure."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= SUMMARY_CHARACTERS else f"{line[: SUMMARY_CHARACTERS - 1]}…"
