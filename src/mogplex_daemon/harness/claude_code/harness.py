"""The claude-code harness: turn after turn until nobody has anything more to say, over a crash if need be."""

import os
import time
from typing import Literal

import anyio.to_thread
from anyio.abc import TaskGroup

from mogplex_contracts.events.agent import AgentFinished
from mogplex_contracts.events.notice import Diagnostic
from mogplex_contracts.text import one_line
from mogplex_daemon.harness.agents.emitting import emit_all
from mogplex_daemon.harness.agents.lives import Crashed, one_life
from mogplex_daemon.harness.agents.mcp_servers import servers_for
from mogplex_daemon.harness.agents.notes import INTERRUPTED_NOTE, RESTARTED_NOTE
from mogplex_daemon.harness.base import AgentProgram, HarnessContext, HarnessFailed, HarnessRefused
from mogplex_daemon.harness.claude_code.config import INSTALL, agent_command, is_kept, prepare, write_servers
from mogplex_daemon.harness.claude_code.control import ControlFailed
from mogplex_daemon.harness.claude_code.permission import Permissions
from mogplex_daemon.harness.claude_code.session import Session
from mogplex_daemon.harness.claude_code.translate import Translation

RESTARTS = 1
"""How often it is started again after a crash."""


class ClaudeCodeHarness:
    """One run of the user's own Claude Code."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._translation: Translation | None = None

    async def run(self, context: HarnessContext) -> None:
        """Work on the task and on what a person adds. Raises HarnessFailed."""
        translation = self._translation = Translation(context.spec.cwd, time.monotonic, context.model)
        try:
            summary = await self._work(context, translation)
        except HarnessFailed as failed:
            await self._finish(context, translation, "failed", str(failed))
            raise
        await self._finish(context, translation, "completed", summary)

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop what one agent, or the whole turn, does now; False when it does nothing."""
        session, translation = self._session, self._translation
        if session is None or translation is None or not session.working:
            return False
        task_id: str | None = None
        if agent_id not in (None, translation.crew.main_id):
            task_id = translation.crew.task_of(agent_id)
            if task_id is None:
                return False
        try:
            await session.stop(task_id)
        except ControlFailed:
            return False
        return True

    async def use_model(self, model: str) -> None:
        """Switch, also in the middle of a turn. Raises HarnessRefused when the agent does not take the model."""
        if self._session is None or self._translation is None:
            return
        try:
            await self._session.use_model(model)
            self._translation.model = model
        except ControlFailed as failed:
            raise HarnessRefused(f"Claude Code does not take {model}: {failed}") from failed

    async def _work(self, context: HarnessContext, translation: Translation) -> str:
        """All turns; the last words. One crash is survived."""
        prompt, resume, last = context.spec.task, "", ""
        for restarts_left in range(RESTARTS, -1, -1):
            began, end = await self._process(context, translation, prompt, resume)
            match end:
                case str():
                    return end
                case HarnessFailed():
                    raise end
                case Crashed():
                    last = str(end)
                    await emit_all(context, translation.lost())
                    kept = began and await anyio.to_thread.run_sync(
                        is_kept, context.folder, translation.session_id
                    )
                    if restarts_left:
                        said = "goes on where it stood" if kept else "is given the task anew"
                        said = f"{end}; it is started again and {said}"
                        await context.emit(Diagnostic(code="agent_restarted", message=said))
                    # What it never took up, or has not written down, is still to be said.
                    if kept:
                        prompt, resume = RESTARTED_NOTE, translation.session_id
                    elif began:
                        prompt, resume = f"{RESTARTED_NOTE}\n\n{context.spec.task}", ""
        raise HarnessFailed("agent_crashed", f"{last}, for the second time; start the run again")

    async def _process(
        self, context: HarnessContext, translation: Translation, prompt: str, resume: str
    ) -> tuple[bool, str | Crashed | HarnessFailed]:
        """One process, from start to end: whether it took up the prompt, and its last words or what went wrong."""
        try:
            prepare(context.folder, os.environ)
            given = await servers_for(context, "Claude Code")
            servers = write_servers(context.folder, given, context.spec.cwd)
        except OSError as error:
            said = f"{context.folder}: {error.strerror}; Claude Code needs it for its own files"
            return False, HarnessFailed("agent_folder", said)
        command = agent_command(
            context.folder, os.environ, model=context.model, resume=resume or None, servers=servers
        )
        began, words = False, ""

        async def live(program: AgentProgram, tasks: TaskGroup) -> HarnessFailed | None:
            nonlocal began, words
            session = Session(context, program, translation, Permissions(context, translation), tasks)
            self._session = session
            try:
                await session.greet()
                words = await self._turns(context, translation, session, prompt)
            except HarnessFailed as failed:
                return failed
            finally:
                self._session = None
                began = session.began
                await session.close()
            return None

        ended = await one_life(context, command, "Claude Code", INSTALL, live)
        return began, words if ended is None else ended

    async def _turns(
        self, context: HarnessContext, translation: Translation, session: Session, prompt: str
    ) -> str:
        text = ""
        following: str | None = prompt
        while following is not None:
            await context.safe_point()
            end = await session.turn(following)
            if end.failure is not None:
                raise end.failure
            text = end.text
            following = context.next_turn(translation.crew.main_id)
            if following is None and end.interrupted:
                following = INTERRUPTED_NOTE
        return text

    async def _finish(
        self,
        context: HarnessContext,
        translation: Translation,
        status: Literal["completed", "failed"],
        summary: str,
    ) -> None:
        """The end of the main agent, if there ever was one."""
        if translation.crew.begun:
            await context.emit(
                AgentFinished(agent_id=translation.crew.main_id, status=status, summary=one_line(summary))
            )
