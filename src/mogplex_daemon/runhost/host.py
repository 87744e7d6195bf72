"""The host of one run: puts the parts together, runs the harness, and sees the run to its end."""

import math
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from mogplex_contracts.commands.run import RunMessage, RunStart
from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.memory import ContextLoaded
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.run import Limits, RunLimitsChanged, RunStarted, RunStatusChanged
from mogplex_contracts.events.usage import UsageThresholdCrossed
from mogplex_contracts.ids import new_id
from mogplex_contracts.limits import raised
from mogplex_contracts.state import RunState
from mogplex_contracts.vocabulary import FINAL_RUN_STATUSES, Capability, RunStatus
from mogplex_daemon.harness.base import (
    ActionRequest,
    Harness,
    HarnessFailed,
    HarnessRefused,
    RunSpec,
    SwitchesModel,
    Verdict,
)
from mogplex_daemon.home.instructions import Fragment
from mogplex_daemon.home.memory import MemoryFailed
from mogplex_daemon.home.paths import RunFolder
from mogplex_daemon.journal.checkpoint import save_checkpoint
from mogplex_daemon.journal.writer import JournalWriter
from mogplex_daemon.runhost.artifacts import ArtifactStore
from mogplex_daemon.runhost.audience import Audience
from mogplex_daemon.runhost.changes.workspace_changes import WorkspaceChanges
from mogplex_daemon.runhost.context import RunContext
from mogplex_daemon.runhost.errands import Errands
from mogplex_daemon.runhost.gate import Gate
from mogplex_daemon.runhost.git import workspace_changed
from mogplex_daemon.runhost.limits import LimitWatch, limit_request
from mogplex_daemon.runhost.mcp.load import LoadedServers
from mogplex_daemon.runhost.mcp.registry import McpServers
from mogplex_daemon.runhost.pause import PauseGate
from mogplex_daemon.runhost.recorder import Recorder
from mogplex_daemon.runhost.remembered import remembered
from mogplex_daemon.runhost.reporter import EventReporter
from mogplex_daemon.runhost.sandbox.choose import level, told_level
from mogplex_daemon.runhost.setup import HostSetup
from mogplex_daemon.runhost.tools.registry import enabled_tools
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.turn_tools import Message, TurnTools, narrowed, unknown_tools
from mogplex_daemon.runhost.wishes import Wishes
from mogplex_daemon.runs.metadata import RunMetadata, save_metadata
from mogplex_daemon.runs.notify import Cause, cause, notify
from mogplex_daemon.wire.commands import Refused

CHECKPOINT_EVENTS = 2_000
"""A checkpoint is written after this many events, and at every pause and end."""
DRAIN_SECONDS = 5.0
"""How long a finished host waits for its clients to read the rest."""
LAST_LOOK_SECONDS = 10.0
"""How long git may take to say how an ended run leaves the workspace."""
LAST_WORDS_SECONDS = 20.0
"""How long an ended run may try to write its end when the journal cannot be written."""


class RunHost:
    """One run, from its first event to its last."""

    def __init__(
        self,
        start: RunStart,
        folder: RunFolder,
        setup: HostSetup,
        harness: Harness,
        capabilities: frozenset[Capability] = frozenset(),
        fixed_model: str = "",
        continues: Path | None = None,
    ) -> None:
        """`folder` is this process's own and locked. `fixed_model` says why the model cannot be changed.

        `continues` is the agent's folder of the run that is taken up.

        Raises OSError when the journal cannot be opened.
        """
        self._start = start
        self._folder = folder
        self._setup = setup
        self._harness = harness
        self._capabilities = capabilities
        self._cwd = Path(start.cwd)
        self.audience = Audience(folder.journal)
        self.recorder = Recorder(
            start.run_id, setup.redactor, ArtifactStore(folder.artifacts), self.audience, setup.clock
        )
        self._journal = JournalWriter(
            folder.journal, on_written=self._written, on_blocked=self.recorder.blocked
        )
        self.recorder.use(self._journal)
        if setup.account is not None:
            setup.account.told = lambda key: self.recorder.hide((key,))
        turn_tools = TurnTools(start.allowed_tools)
        self.gate = Gate(
            layers=setup.layers,
            workspace=str(self._cwd),
            emit=self.recorder.emit,
            approvals=lambda: self.recorder.state.approvals,
            now=setup.clock,
            timeouts=setup.settings.approvals.timeout,
            rule_files=setup.rule_files,
            refusal=lambda action: turn_tools.refusal(action.agent_id, action.tool),
        )
        self.pause_gate = PauseGate(self._paused, self._resumed)
        self.errands = Errands()
        self.limits = LimitWatch(
            start.limits or setup.settings.limits.as_limits(), self.recorder.emit, self._limit_reached
        )
        self._limits_asked = 0
        """How many approvals about limits wait."""
        self.servers = McpServers(
            setup.mcp_servers.servers,
            workspace=self._cwd,
            run_folder=folder.root,
            gate=self.gate.decide,
            emit=self.recorder.emit,
            read_again=self._read_servers,
        )
        self.context = RunContext(
            spec=RunSpec(
                start.run_id,
                start.task,
                self._cwd,
                start.model,
                setup.instructions.prompt,
                setup.settings.agents.patience,
                {"codex.asks": setup.settings.agents.codex.asks},
                disabled_tools=setup.instructions.agent_file.disabled_tools,
                models=setup.models,
                continues=continues,
            ),
            model=start.model,
            clean=self.recorder.clean,
            mode=setup.layers.mode,
            agent_folder=folder.agent,
            servers=self.servers,
            after_fact=self.limits.saw,
            emit_fact=self.recorder.emit,
            permission_gate=self.gate,
            pause_gate=self.pause_gate,
            turn_tools=turn_tools,
            tools=narrowed(
                enabled_tools(
                    ToolServices(
                        run_id=start.run_id,
                        workspace=setup.workspace,
                        gate=self._decide_for_a_tool,
                        report=EventReporter(self.recorder.emit, self._cwd),
                        memory=setup.memory,
                        processes=setup.processes,
                        sandbox=setup.sandbox,
                    ),
                    setup.instructions.agent_file.disabled_tools,
                ),
                turn_tools,
            ),
        )
        self.wishes = Wishes(
            gate=self.gate.decide,
            emit=self.recorder.emit,
            memory=setup.memory,
            state=lambda: self.recorder.state,
            use_model=self._use_model,
            fixed_model=fixed_model,
        )
        self._changes = WorkspaceChanges(setup.workspace.root, folder.snapshots, self.recorder.emit)
        self.context.turn_over = lambda: self.errands.begin(self._changes.turn_over)
        self.begun = anyio.Event()
        """Set when the run's first events and its run.json are on the disk."""
        self._checkpointed = 0
        self._checkpoint_due = anyio.Event()
        self._tell_outside, self._told_outside = anyio.create_memory_object_stream[tuple[Cause, RunState]](
            math.inf
        )
        self._work = anyio.CancelScope()
        self._ending: tuple[RunStatus, str | None, Operator | None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the run has its final status."""
        return self.recorder.state.status in FINAL_RUN_STATUSES

    async def run(self, serve: Callable[[TaskGroup], None]) -> None:
        """Work until the run has ended and its clients have read everything.

        `serve` starts the tasks that talk to clients in the task group it is given; they are ended here.
        """
        async with anyio.create_task_group() as writing:
            writing.start_soon(self._journal.run)
            writing.start_soon(self._notify)
            async with anyio.create_task_group() as serving:
                serve(serving)
                serving.start_soon(self._checkpoints)
                await self._live()
                with anyio.move_on_after(DRAIN_SECONDS):
                    await self.audience.drained()
                serving.cancel_scope.cancel()
            self._tell_outside.close()
            self._journal.close()
            if not self.ended:
                writing.cancel_scope.cancel()
        self._journal.release()
        self.audience.close()

    def end(self, status: RunStatus, reason: str, by: Operator | None = None) -> None:
        """End the run now: the harness, its children, their process groups. The first call decides how."""
        if self._ending is None:
            self._ending = (status, reason, by)
        self._work.cancel()

    @property
    def stands_at_limit(self) -> bool:
        """Whether a person is asked about a limit: then nothing else lets the run go on."""
        return self._limits_asked > 0

    async def set_limits(self, limits: Limits, by: Operator | None) -> None:
        """Hold the run to other ceilings from now on."""
        await self.recorder.emit(RunLimitsChanged(limits=limits), by)
        await self.limits.set(limits)

    def retry_journal(self) -> None:
        """A person says that the disk has room again."""
        self._journal.retry_now()

    async def message(self, said: RunMessage, by: Operator) -> None:
        """Say something to the agents: read at the next safe point."""
        # The agents get it even when whoever says it is cut off before it is journaled.
        self.context.messages.append(Message(said.text, said.allowed_tools, said.agent_id))
        await self.recorder.emit(
            UserMessage(
                message_id=new_id("msg"),
                text=said.text,
                agent_id=said.agent_id,
                allowed_tools=said.allowed_tools,
            ),
            by,
        )
        await self._tell_unknown_tools(said.allowed_tools)

    async def interrupt(self, agent_id: str | None) -> bool:
        """Stop what an agent does this moment; False when nothing worked."""
        return await self._harness.interrupt(agent_id)

    async def _live(self) -> None:
        with self._work:
            await self._begin()
            await self.errands.run(lambda: self.servers.run(self._drive))
        status, reason, by = self._ending or ("completed", None, None)
        await anyio.to_thread.run_sync(shutil.rmtree, self._folder.temporary, True)
        with anyio.move_on_after(LAST_LOOK_SECONDS, shield=True):
            await self.recorder.emit(await workspace_changed(self._cwd))
            await self._changes.tell()
        with anyio.move_on_after(LAST_WORDS_SECONDS, shield=True):
            await self.recorder.emit(RunStatusChanged(status=status, reason=reason), by)
            await self._save()

    async def _checkpoints(self) -> None:
        """Keep the checkpoint close to the journal's end, so that attaching stays cheap."""
        while True:
            await self._checkpoint_due.wait()
            self._checkpoint_due = anyio.Event()
            await self._save()

    async def _begin(self) -> None:
        start, setup = self._start, self._setup
        workspace = await workspace_changed(self._cwd)
        await self.recorder.emit(
            RunStarted(
                task=start.task,
                cwd=str(self._cwd),
                repo=setup.slug,
                branch=workspace.branch,
                harness=start.harness,
                model=start.model,
                permission_mode=setup.layers.mode,
                allowed_tools=start.allowed_tools,
                limits=self.limits.limits,
                capabilities=tuple(sorted(self._capabilities)),
                sandbox=level(setup.sandbox) if setup.runs_our_tools else None,
                continues=start.continues,
            )
        )
        await self.recorder.emit(workspace)
        await self._tell_unknown_tools(start.allowed_tools)
        for problem in setup.problems:
            await self.recorder.emit(Error(code="bad_file", message=problem))
        if setup.runs_our_tools and (told := told_level(setup.sandbox)):
            await self.recorder.emit(Diagnostic(code=f"sandbox_{level(setup.sandbox)}", message=told))
        for problem in setup.instructions.problems:
            await self.recorder.emit(Diagnostic(code="bad_instructions", message=problem))
        memory = await self._remembered()
        self.context.spec = replace(
            self.context.spec,
            instructions="\n\n".join(each.told for each in (*setup.instructions.fragments, *memory)),
        )
        for each in (*setup.instructions.fragments, *memory):
            await self.recorder.emit(ContextLoaded(kind=each.kind, path=each.path, tokens=each.tokens))
        await self._save()
        self.begun.set()

    async def _remembered(self) -> tuple[Fragment, ...]:
        try:
            return await remembered(self._setup.memory, self._setup.layers)
        except MemoryFailed as failure:
            await self.recorder.emit(Error(code="memory_failed", message=str(failure)))
            return ()

    async def _tell_unknown_tools(self, allowed: Sequence[str] | None) -> None:
        unknown = unknown_tools(allowed, self.context.tools, self.servers.knows)
        if unknown:
            there = ", ".join(tool.name for tool in self.context.tools)
            message = f"allowed-tools: there is no {', '.join(unknown)}; there are: {there}"
            await self.recorder.emit(Diagnostic(code="unknown_tool", message=message))

    async def _drive(self) -> None:
        """Run the harness; whatever goes wrong in it becomes the run's failure, told in words."""
        if trouble := await self._changes.begin():
            await self.recorder.emit(Diagnostic(code="no_workspace_diff", message=trouble))
        try:
            await self._harness.run(self.context)
        except HarnessFailed as failed:
            await self._failed(failed.code, str(failed))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            await self._failed(
                "harness_crashed",
                f"the {self._start.harness} harness stopped: {type(error).__name__}: {error}; "
                f"details in {self._folder.log}",
            )

    async def _failed(self, code: str, message: str) -> None:
        await self.recorder.emit(Error(code=code, message=message))
        self._ending = self._ending or ("failed", code, None)

    async def _decide_for_a_tool(self, request: ActionRequest) -> Verdict:
        verdict = await self.gate.decide(request)
        # What is allowed while the run is paused begins when it goes on.
        await self.pause_gate.safe_point()
        return verdict

    async def _paused(self, by: Operator | None) -> None:
        await self.recorder.emit(RunStatusChanged(status="paused", reason=_who(by)), by)
        await self._save()

    async def _resumed(self, by: Operator | None) -> None:
        await self.recorder.emit(RunStatusChanged(status="running", reason=_who(by)), by)

    def _read_servers(self) -> LoadedServers:
        loaded = self._setup.read_mcp_servers()
        self.recorder.hide(loaded.secrets)
        return loaded

    async def _use_model(self, model: str) -> None:
        if isinstance(self._harness, SwitchesModel):
            try:
                await self._harness.use_model(model)
            except HarnessRefused as refused:
                raise Refused("model_refused", str(refused)) from refused
        self.context.model = model

    async def _limit_reached(self, crossed: UsageThresholdCrossed, agent_id: str) -> None:
        """The run stands still at its next safe point, and a person says how it goes on."""
        self._limits_asked += 1
        paused = self.pause_gate.pause(None)
        self.errands.begin(lambda: self._ask_limit(crossed, agent_id, paused))

    async def _ask_limit(self, crossed: UsageThresholdCrossed, agent_id: str, paused: bool) -> str:
        try:
            verdict = await self.gate.ask(limit_request(crossed, self.limits, agent_id))
        finally:
            self._limits_asked -= 1
        if not verdict.allowed:
            self.end("killed", "limit")
            return ""
        await self.set_limits(raised(self.limits.limits, crossed.kind, self.limits.usage), None)
        if paused and not self.stands_at_limit:
            self.pause_gate.resume(None)
        return ""

    def _written(self, lines: list[bytes]) -> None:
        before = self.recorder.state
        self.recorder.written(lines)
        what = cause(before, self.recorder.state)
        if what is not None and self._setup.settings.notify.command:
            self._tell_outside.send_nowait((what, self.recorder.state))
        if self.recorder.state.last_seq - self._checkpointed >= CHECKPOINT_EVENTS:
            self._checkpoint_due.set()

    async def _notify(self) -> None:
        """Run the notify command, one cause after the other."""
        async with self._told_outside:
            async for what, state in self._told_outside:
                trouble = await notify(self._setup.settings.notify.command, what, state)
                if trouble:
                    self.recorder.warn("notify_failed", trouble)

    async def _save(self) -> None:
        """Write what others may read instead of the journal. It can always be made again from the journal."""
        state, size = self.recorder.state, self.audience.size
        self._checkpointed = state.last_seq
        try:
            await anyio.to_thread.run_sync(save_checkpoint, self._folder.checkpoint, state, size)
            await anyio.to_thread.run_sync(
                save_metadata, self._folder.metadata, RunMetadata.of(state, os.getpid(), self._setup.socket)
            )
        except OSError as error:
            self.recorder.warn(
                "checkpoint_failed", f"{self._folder.root}: {error.strerror}; the journal itself is whole"
            )


def _who(by: Operator | None) -> str:
    """The reason of a pause, and of its end: a person's, or a limit's."""
    return "operator" if by else "limit"
