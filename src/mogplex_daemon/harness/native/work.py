"""The work of one run: an agent that works on the task, and those it delegates to."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

import anyio
import anyio.to_thread

from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.memory import ContextLoaded
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.vocabulary import AgentRole
from mogplex_daemon.harness.base import HarnessContext, HarnessFailed, Tool, ToolResult
from mogplex_daemon.harness.loop.agent import AgentIdentity
from mogplex_daemon.harness.model_access import ChosenModel
from mogplex_daemon.harness.native.delegate import Delegate
from mogplex_daemon.harness.native.prompts import about_tokens, continued, sub_agent_prompt, system_prompt
from mogplex_daemon.harness.native.roles import ROLES, tools_of
from mogplex_daemon.harness.native.team import Team

if TYPE_CHECKING:
    from mogplex_daemon.harness.loop.driving import Driving
    from mogplex_daemon.harness.loop.kept_history import KeptHistory, TakenUp
    from mogplex_daemon.harness.loop.provider_models import ProviderModels

LAST_WORDS_SECONDS = 5.0
"""How long an agent that is stopped may take to be told as ended."""
SUMMARY_CHARACTERS = 120


@dataclass(slots=True)
class Ending:
    """How an agent ends, as far as is known: stopped, until it says otherwise."""

    status: Literal["completed", "failed", "killed"] = "killed"
    summary: str = ""


class NativeWork:
    """Of one run. `chosen` is the model of the next call of every agent."""

    def __init__(self, context: HarnessContext, chosen: ChosenModel) -> None:
        self.context = context
        self.chosen = chosen
        self.team = Team(context)
        self._models: ProviderModels | None = None

    async def run(self) -> None:
        """Until the task is done and nobody has more to say. Raises HarnessFailed."""
        spec = self.context.spec
        agent, interrupts = await self.team.spawn(ROLES["builder"].name, "builder", self.chosen.slug)
        delegates = Delegate.name not in spec.disabled_tools
        prompt = system_prompt(spec.cwd, spec.instructions, delegates=delegates)
        own = about_tokens(prompt) - about_tokens(spec.instructions)
        await self.context.emit(ContextLoaded(kind="config", path="mogplex system prompt", tokens=own))
        tools: Sequence[Tool] = self.context.tools
        if delegates:
            tools = (*tools, Delegate(self._delegated))
        async with self._told(agent) as ending:
            # In a thread, because it loads pydantic-ai and an SDK, which takes seconds when the disk is cold.
            await anyio.to_thread.run_sync(self.load, self.chosen)
            from mogplex_daemon.harness.loop.agent_loop import run_agent
            from mogplex_daemon.harness.loop.kept_history import KeptHistory

            before = await self._taken_up(agent)
            task = continued(spec.task, before.unfinished) if before else spec.task
            history = before.history if before else ()
            kept = KeptHistory(self.context.folder, self.context.without_secrets)
            driving = self._driving(kept)
            outcome = await run_agent(
                self.context, agent, driving, prompt, task, tools, history, interrupts=interrupts
            )
            ending.status, ending.summary = "completed", first_line(outcome.text)

    def load(self, chosen: ChosenModel) -> None:
        """Load everything that calls `chosen`: it takes a moment, and may be done in a thread."""
        import_module("mogplex_daemon.harness.loop.agent_loop")
        from mogplex_daemon.harness.loop.provider_models import ProviderModels

        self._models = self._models or ProviderModels()
        self._models.of(chosen)

    async def _delegated(self, role: AgentRole, task: str, parent_id: str) -> ToolResult:
        """Let a sub-agent do a piece of work. What goes wrong with it is told to whoever delegated."""
        from mogplex_daemon.harness.loop.agent_loop import run_agent

        spec, known = self.context.spec, ROLES[role]
        agent, interrupts = await self.team.spawn(known.name, role, self.chosen.slug, parent_id)
        prompt = sub_agent_prompt(spec.cwd, spec.instructions, agent.name, role, known.instructions)
        tools = tools_of(known, self.context.tools)
        try:
            async with self._told(agent) as ending:
                driving = self._driving(None)
                outcome = await run_agent(
                    self.context,
                    agent,
                    driving,
                    prompt,
                    task,
                    tools,
                    interrupts=interrupts,
                    remote_tools="use_remote_tool" in known.kinds,
                )
                ending.status, ending.summary = "completed", first_line(outcome.text)
        except HarnessFailed as failed:
            await self.context.emit(Error(code=failed.code, message=str(failed), agent_id=agent.agent_id))
            return ToolResult("error", str(failed))
        return ToolResult("ok", outcome.text or "[it said nothing]")

    @asynccontextmanager
    async def _told(self, agent: AgentIdentity) -> AsyncGenerator[Ending]:
        """Whatever becomes of the agent, its end is told."""
        ending = Ending()
        try:
            yield ending
        except Exception as error:
            ending.status, ending.summary = "failed", str(error)
            raise
        finally:
            self.team.gone(agent)
            finished = AgentFinished(agent_id=agent.agent_id, status=ending.status, summary=ending.summary)
            with anyio.move_on_after(LAST_WORDS_SECONDS, shield=True):
                await self.context.emit(finished)

    async def _taken_up(self, agent: AgentIdentity) -> "TakenUp | None":
        """What the agent of an earlier run knew; None for a run that begins anew. Raises HarnessFailed."""
        folder = self.context.spec.continues
        if folder is None:
            return None
        from mogplex_daemon.harness.loop.kept_history import take_up

        before = await anyio.to_thread.run_sync(take_up, folder)
        if before is None:
            raise HarnessFailed(
                "nothing_to_continue",
                f"{folder} holds no history that can be read; start a new run with /run",
            )
        known = f"the agent goes on from an earlier run with the {len(before.history)} messages it knew"
        await self.context.emit(Diagnostic(code="continued", message=known, agent_id=agent.agent_id))
        return before

    def _driving(self, kept: "KeptHistory | None") -> "Driving":
        """Of the agent of the run, whose history is kept, or of one that was delegated to."""
        from mogplex_daemon.harness.loop.driving import Driving

        assert self._models is not None
        access = self.context.spec.models
        return Driving(
            choose=lambda: self.chosen,
            model_of=self._models.of,
            retries=access.retries,
            patience=self.context.spec.patience,
            compact_at=access.compact_at,
            kept=kept,
            follow_ups=kept is not None,
        )


def first_line(text: str) -> str:
    """The first line of what an agent said last, shortened. Pure."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= SUMMARY_CHARACTERS else f"{line[: SUMMARY_CHARACTERS - 1]}…"
