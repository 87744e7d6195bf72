"""The harness of the Agent Client Protocol: starts an agent, lets it work turn by turn, and starts it once more."""

import os

from anyio.abc import TaskGroup

from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line
from mogplex_daemon.harness.acp.agents.agent import Agent, BadAgentConfig, Surroundings
from mogplex_daemon.harness.acp.failures import model_failure, silent_failure, stop_failure, turn_failure
from mogplex_daemon.harness.acp.opening import Greeted, greet, open_session, take_up
from mogplex_daemon.harness.acp.session import Session, TurnEnd
from mogplex_daemon.harness.acp.translate import Translation
from mogplex_daemon.harness.agents.clock import now_ms
from mogplex_daemon.harness.agents.emitting import emit_all
from mogplex_daemon.harness.agents.jsonrpc import RpcError, RpcSilent
from mogplex_daemon.harness.agents.lives import START_SECONDS, Crashed, one_life
from mogplex_daemon.harness.agents.mcp_servers import servers_for
from mogplex_daemon.harness.agents.notes import INTERRUPTED_NOTE, RESTARTED_NOTE
from mogplex_daemon.harness.agents.reading import as_text
from mogplex_daemon.harness.base import (
    AgentCommand,
    AgentGone,
    AgentProgram,
    HarnessContext,
    HarnessFailed,
    HarnessRefused,
)
from mogplex_daemon.harness.model_told import model_told

DENIALS_IN_A_ROW = 5
"""So often an agent is told of what was denied without a person's word, before the run ends."""
UNKNOWN_AGENT = (
    "Mogplex does not know {name}: a person is asked for what {name} itself asks for, and for nothing else"
)
DENIED_NOTE = "Do not try it again as it was: take another course or sum up."


class AcpHarness:
    """Drives one run of an agent."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._session: Session | None = None
        self._session_id: str | None = None
        self._prompt: tuple[str, ...] | None = None
        """What is said next; None when there is nothing more to say."""
        self._denied_in_a_row = 0

    async def run(self, context: HarnessContext) -> None:
        """Work on the task and on every follow-up. Raises HarnessFailed."""
        translation = Translation(self._agent, context.spec.cwd, new_id)
        self._prompt = self._first_prompt(context)
        failure = await self._work(context, translation)
        status, why = (
            ("completed", f"{self._agent.name} left") if failure is None else ("failed", str(failure))
        )
        await emit_all(context, translation.finish(now_ms(), status, why))
        if failure is not None:
            raise failure

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop what the agent does; False when it does nothing."""
        return self._session is not None and await self._session.interrupt()

    async def use_model(self, model: str) -> None:
        """Use another model from the next turn on. Raises HarnessRefused."""
        if self._session is not None and self._session_id is not None:
            await self._session.use_model(model)

    def _start_seconds(self, context: HarnessContext) -> float:
        """How long it may take to greet, and to open a session."""
        return max(START_SECONDS, context.spec.patience)

    def _first_prompt(self, context: HarnessContext) -> tuple[str, ...]:
        """The task; behind the instructions for agents that take them no other way."""
        told = context.spec.instructions
        return (
            (context.spec.task,) if self._agent.takes_instructions or not told else (told, context.spec.task)
        )

    async def _work(self, context: HarnessContext, translation: Translation) -> HarnessFailed | None:
        """The agent from its start to its end, and once more when it crashes; why the run cannot go on, or None."""
        agent = self._agent
        around = Surroundings(context.folder, context.spec.cwd, os.environ, context.spec.instructions)
        try:
            command = AgentCommand(agent.argv, agent.prepare(around))
        except BadAgentConfig as error:
            return HarnessFailed("agent_config", str(error))
        except OSError as error:
            return HarnessFailed(
                "agent_config", f"{agent.name}'s folder for this run cannot be made: {error}"
            )
        ended = await self._live(context, translation, command)
        if not isinstance(ended, Crashed):
            return ended
        if self._session_id is None or not agent.resumes:
            early = ", before it began to work" if self._session_id is None else ""
            return HarnessFailed("agent_crashed", f"{ended}{early}; start the run again")
        await emit_all(context, translation.interrupted(now_ms(), f"{agent.name} crashed"))
        await emit_all(
            context, [Diagnostic(code="agent_restarted", message=f"{ended}; it is started once more")]
        )
        ended = await self._live(context, translation, command)
        if not isinstance(ended, Crashed):
            return ended
        return HarnessFailed("agent_crashed", f"{ended}, for the second time; start the run again")

    async def _live(
        self, context: HarnessContext, translation: Translation, command: AgentCommand
    ) -> HarnessFailed | Crashed | None:
        """One life of the program."""

        async def live(program: AgentProgram, tasks: TaskGroup) -> HarnessFailed | None:
            self._session = session = Session(context, program, self._agent, translation)
            session.start(tasks)
            try:
                return await self._talk(context, session, translation)
            finally:
                self._session = None
                await session.settle()

        return await one_life(context, command, self._agent.name, self._agent.install, live)

    async def _talk(
        self, context: HarnessContext, session: Session, translation: Translation
    ) -> HarnessFailed | None:
        """Everything that is said to the agent. Raises AgentGone when it ends in the middle of it."""
        name = self._agent.name
        try:
            greeted = await greet(session.rpc, self._agent, self._start_seconds(context))
            await self._open(context, session, greeted, translation)
            return await self._turns(context, session, translation)
        except HarnessFailed as failure:
            return failure
        except HarnessRefused as refusal:
            return HarnessFailed("model_not_found", str(refusal))
        except RpcSilent as error:
            return HarnessFailed(
                "agent_silent", f"{name} does not answer: {error}. Does it speak the Agent Client Protocol?"
            )
        except RpcError as error:
            return HarnessFailed("agent_refused", f"{name} refused to work: {one_line(str(error))}")

    async def _open(
        self, context: HarnessContext, session: Session, greeted: Greeted, translation: Translation
    ) -> None:
        """A session in which the agent asks, with the model of the run."""
        agent, cwd, seconds = self._agent, str(context.spec.cwd), self._start_seconds(context)
        servers = await servers_for(context, agent.name, greeted.transports, agent.no_servers)
        if self._session_id is None:
            opened = await open_session(session.rpc, agent, greeted, cwd, seconds, servers)
        else:
            opened = await take_up(session.rpc, greeted, self._session_id, cwd, seconds, servers)
        session.opened(opened, [server.name for server in servers])
        again, self._session_id = self._session_id is not None, opened.session_id
        translation.model = opened.offer.model.current if opened.offer.model else None
        asks = await session.ask_for_everything()
        if context.model is not None:
            await session.use_model(context.model)
        await emit_all(context, translation.begin())
        if again:
            return
        for routed in model_told(translation.model, context.model, f"{agent.name} chose it"):
            await context.emit(routed)
        if agent.tested and greeted.version != agent.tested:
            told = f"{agent.name} is {greeted.version or 'of an unknown version'}; this was made with {agent.tested}"
            await emit_all(context, translation.warn("agent_version", told))
        if not agent.known and not (asks and context.mode == "auto"):
            await emit_all(context, translation.warn("agent_unknown", UNKNOWN_AGENT.format(name=agent.name)))

    async def _turns(
        self, context: HarnessContext, session: Session, translation: Translation
    ) -> HarnessFailed | None:
        while self._prompt is not None:
            await context.safe_point()
            if context.model is not None:
                await session.use_model(context.model)
            end = await session.turn(self._prompt)
            failure = self._failure(session, end)
            if failure is not None:
                return failure
            self._prompt = self._next_prompt(context, session, translation)
        return None

    def _failure(self, session: Session, end: TurnEnd) -> HarnessFailed | None:
        """Why the run cannot go on behind this end of a turn, or None. Raises AgentGone when the agent is."""
        agent = self._agent
        match end.status:
            case "gone":
                if session.heard:
                    self._prompt = (RESTARTED_NOTE,)
                raise AgentGone(f"{agent.name} ended")
            case "stuck":
                return HarnessFailed(
                    "agent_stuck",
                    f"{agent.name} did not stop when it was told to, so it was ended; start the run again",
                )
            case "failed" if session.interrupted:
                return None
            case "failed":
                return turn_failure(agent, end.error) if isinstance(end.error, RpcError) else end.error
            case "ended":
                reason = as_text(end.result.get("stopReason"))
                if reason == "cancelled" and not session.interrupted and not session.denials:
                    return model_failure(agent, "it stopped its turn by itself", code="agent_stopped")
                return stop_failure(agent, reason) or (
                    None if session.interrupted else silent_failure(agent, end.result)
                )

    def _next_prompt(
        self, context: HarnessContext, session: Session, translation: Translation
    ) -> tuple[str, ...] | None:
        """What is said next: what a person said with a denial, then what they said to the agent."""
        said = context.next_turn(translation.agent_id)
        parts: list[str] = []
        if session.denials_noted and session.interrupted:
            # What a person said is told though the turn it was meant for was stopped.
            parts = list(session.denials)
        elif session.denials and not session.interrupted and (session.denials_noted or not translation.spoke):
            self._denied_in_a_row += 1
            if session.denials_noted or self._denied_in_a_row <= DENIALS_IN_A_ROW:
                parts = [*session.denials, DENIED_NOTE]
        elif not session.denials:
            self._denied_in_a_row = 0
        if session.interrupted and said is None:
            parts.append(INTERRUPTED_NOTE)
        if said is not None:
            parts.append(said)
        return ("\n".join(parts),) if parts else None
