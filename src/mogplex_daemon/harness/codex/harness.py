"""The codex harness: starts the program, lets it work turn by turn, and starts it once more when it crashes."""

from anyio.abc import TaskGroup

from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.agents.clock import now_ms
from mogplex_daemon.harness.agents.emitting import emit_all
from mogplex_daemon.harness.agents.jsonrpc import RpcError, RpcSilent
from mogplex_daemon.harness.agents.lives import Crashed, one_life
from mogplex_daemon.harness.agents.notes import INTERRUPTED_NOTE, RESTARTED_NOTE
from mogplex_daemon.harness.base import (
    AgentCommand,
    AgentGone,
    AgentProgram,
    HarnessContext,
    HarnessFailed,
)
from mogplex_daemon.harness.codex.binary import INSTALL, find_codex
from mogplex_daemon.harness.codex.config import (
    CONFINEMENT,
    BadCodexConfig,
    absent_folders,
    confinement,
    prepare_home,
    remove_empty,
)
from mogplex_daemon.harness.codex.failures import turn_failure
from mogplex_daemon.harness.codex.session import Session
from mogplex_daemon.harness.codex.translate import Translation
from mogplex_daemon.harness.model_told import model_told

TESTED = (0, 169)
"""The version this was made with."""
UPDATE = "update it with: npm install -g @openai/codex@latest"
CONFINED = (
    "codex works in a sandbox of its own: it reads and changes this folder without asking, and asks for what leads "
    'out of it; [agents.codex] asks = "untrusted" makes it ask for every patch and command'
)


class CodexHarness:
    """Drives one run of the Codex program."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._translation: Translation | None = None
        self._prompt: str | None = None
        """What is said next; None when there is nothing more to say."""

    async def run(self, context: HarnessContext) -> None:
        """Work on the task and on every follow-up. Raises HarnessFailed."""
        self._translation = translation = Translation(context.spec.cwd, new_id)
        self._prompt = context.spec.task
        absent = absent_folders(context.spec.cwd)
        try:
            failure = await self._work(context, translation)
        finally:
            remove_empty(absent)
        status, why = ("completed", "codex left") if failure is None else ("failed", str(failure))
        await emit_all(context, translation.close_all(now_ms(), status, why))
        if failure is not None:
            raise failure

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop what an agent does, or all of them; False when nothing worked."""
        if self._session is None or self._translation is None:
            return False
        crew = self._translation.crew
        member = None if agent_id is None else crew.of_agent(agent_id)
        members = crew.members if agent_id is None else () if member is None else (member,)
        return bool(members) and await self._session.interrupt(members)

    async def use_model(self, model: str) -> None:
        """Switch the turn that works; the next one is started with the new model anyhow. Raises HarnessRefused."""
        if self._session is not None and self._translation is not None and self._translation.crew.main:
            await self._session.use_model(model)

    async def _work(self, context: HarnessContext, translation: Translation) -> HarnessFailed | None:
        """codex from its start to its end, and once more when it crashes; why the run cannot go on, or None."""
        try:
            program = find_codex()
            if program is None:
                return HarnessFailed("agent_missing", f"codex is not installed, or not on PATH; {INSTALL}")
            home = prepare_home(context.folder, context.spec.cwd)
        except BadCodexConfig as error:
            return HarnessFailed("agent_config", str(error))
        except OSError as error:
            return HarnessFailed("agent_config", f"codex's folder for this run cannot be made: {error}")
        command = AgentCommand((str(program), "app-server"), home.environ)
        ended = await self._live(context, translation, command)
        if not isinstance(ended, Crashed):
            return ended
        if translation.crew.main is None:
            return HarnessFailed("agent_crashed", f"{ended}, before it began to work")
        await emit_all(context, translation.close_items(now_ms(), "codex crashed"))
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
            self._session = session = Session(context, program, translation)
            session.start(tasks)
            try:
                return await self._talk(context, session, translation)
            except AgentGone:
                self._prompt = _after_crash(session, self._prompt)
                raise
            finally:
                self._session = None
                await session.settle()

        return await one_life(context, command, "codex", INSTALL, live)

    async def _talk(
        self, context: HarnessContext, session: Session, translation: Translation
    ) -> HarnessFailed | None:
        """Everything that is said to codex. Raises AgentGone when it ends in the middle of it."""
        try:
            told = _version_told(await session.greet())
            if told is not None:
                await emit_all(context, translation.warn("agent_version", told))
            if translation.crew.main is None:
                await session.open()
                await self._tell_start(context, translation)
            else:
                await session.open()
            return await self._turns(context, session, translation)
        except RpcSilent as error:
            return HarnessFailed("agent_silent", f"codex does not answer: {error}. Start the run again.")
        except RpcError as error:
            return HarnessFailed("agent_refused", f"codex refused to work: {error}")

    async def _tell_start(self, context: HarnessContext, translation: Translation) -> None:
        """What a person should know before codex works: its model when it chose another, and what it does unasked."""
        main = translation.crew.main
        for routed in model_told(main.model if main else None, context.model, "codex chose it"):
            await context.emit(routed)
        if confinement(context.mode, context.spec.options.get("codex.asks", "")) == CONFINEMENT["approval"]:
            await emit_all(context, translation.warn("agent_confinement", CONFINED))

    async def _turns(
        self, context: HarnessContext, session: Session, translation: Translation
    ) -> HarnessFailed | None:
        main = translation.crew.main
        assert main is not None
        while self._prompt is not None or session.works:
            if self._prompt is None:
                await session.step()
                self._prompt = context.next_turn(main.agent_id) if main.turn_id is None else None
                continue
            await context.safe_point()
            end = await session.turn(self._prompt)
            if end.status == "failed":
                return turn_failure(end.error)
            if end.status == "unreachable":
                return HarnessFailed(
                    "model_unreachable",
                    f"codex could not reach its model for {context.spec.patience:g} s. Check the network and the "
                    "provider's address in codex's config.toml, then start the run again.",
                )
            said = session.unsaid.pop(0) if session.unsaid else context.next_turn(main.agent_id)
            if said is None and end.status == "interrupted":
                if not session.interrupted:
                    return HarnessFailed(
                        "agent_stopped", "codex stopped its turn by itself. Start the run again."
                    )
                said = INTERRUPTED_NOTE
            self._prompt = said
        return None


def _version_told(version: str) -> str | None:
    """What a person should know of this version."""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    tested = ".".join(str(number) for number in TESTED)
    if not numbers:
        return f"codex does not say its version as {tested} does, which this was made with; it is tried all the same"
    if numbers < TESTED:
        return f"codex {version} is older than {tested}; {UPDATE}"
    if numbers > TESTED:
        return f"codex {version} is newer than {tested}, which this was made with"
    return None


def _after_crash(session: Session, prompt: str | None) -> str | None:
    """What codex is told once it runs again: the same prompt, unless it had begun to work on it."""
    if not session.heard:
        return prompt
    return "\n\n".join((RESTARTED_NOTE, *session.unsaid))
