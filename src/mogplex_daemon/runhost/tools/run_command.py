"""run_command: a shell command in the workspace, with live output, a time limit and nothing left behind."""

import shutil
from collections.abc import Sequence

import anyio
import anyio.to_thread
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.processes import CommandEnd
from mogplex_daemon.runhost.sandbox.git_guard import look, mend
from mogplex_daemon.runhost.sandbox.level import Sandbox
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied

REPORT_SECONDS = 5.0
"""How long a stopped run still waits for the look at what changed."""


class RunCommandArguments(Strict):
    """Arguments of run_command."""

    command: str = Field(min_length=1, description="The command line, run by bash in the workspace folder.")
    timeout: float = Field(120, gt=0, le=3600, description="Seconds until it is stopped.")
    outside_sandbox: bool = Field(
        False,
        description="Run it with network and full access to the disk; a person is always asked. Only for what "
        "failed because of the sandbox.",
    )


class RunCommand(NativeTool[RunCommandArguments]):
    """Runs one command line; the gate sees it to the letter."""

    name = "run_command"
    description = (
        "Run a shell command in the workspace. It has no terminal and no input; processes it leaves in the "
        "background are ended when it ends. As a rule it is confined: it reads everything but credentials, "
        "writes to the workspace and /tmp only (not to .git/config and .git/hooks), and has no network."
    )
    kind = "run_command"
    target_argument = "command"
    model = RunCommandArguments

    async def act(self, call: ToolCall, arguments: RunCommandArguments) -> ToolResult:
        """Ask the gate, then run."""
        command, sandbox = arguments.command, self.services.sandbox
        open_wide = sandbox is not None and (arguments.outside_sandbox or sandbox.method is None)
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=f"bash:{command}",
                target=command,
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                detail=command,
                risk="high" if open_wide else None,
                ask_because=_unconfined(arguments, sandbox) if open_wide else "",
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        confined = None if open_wide else sandbox
        root = self.services.workspace.root
        before = await anyio.to_thread.run_sync(look, root) if confined else None
        mended: list[str] = []
        try:
            end = await self.services.processes.run(
                shell(command), root, arguments.timeout, call.output, confined
            )
        finally:
            # Also a command that was stopped may have changed files.
            with anyio.move_on_after(REPORT_SECONDS, shield=True):
                if confined and before:
                    protected = confined.level == "nominal"
                    mended += await anyio.to_thread.run_sync(mend, root, before, protected)
                await self.services.report.workspace_touched()
        return ToolResult(
            "ok" if end.exit_code == 0 else "error", _told(end, arguments.timeout, mended), end.exit_code
        )


def shell(command: str) -> list[str]:
    """The argument vector that runs a command line: bash, or sh where there is no bash."""
    return [shutil.which("bash") or "/bin/sh", "-c", command]


def _unconfined(arguments: RunCommandArguments, sandbox: Sandbox | None) -> str:
    """Why a person decides about a command that is not confined."""
    if sandbox is None or sandbox.method is None:
        return "not confined: there is no sandbox on this machine"
    return "not confined: the agent asks to run this outside the sandbox"


def _told(end: CommandEnd, timeout: float, mended: Sequence[str]) -> str:
    output = end.output.rstrip("\n") or "[no output]"
    notes: list[str] = []
    if end.timed_out:
        notes.append(
            f"[stopped after {timeout:g} s with everything it started; raise timeout if it needs longer]"
        )
    else:
        notes.append(f"[exit code {end.exit_code}]")
        if end.left_behind:
            notes.append(f"[{end.left_behind} background processes were ended with it]")
    return "\n".join((output, *notes, *(f"[{each}]" for each in mended)))
