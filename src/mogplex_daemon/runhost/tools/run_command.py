"""run_command: a shell command in the workspace, with live output, a time limit and nothing left behind."""

import shutil

import anyio
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.runhost.processes import CommandEnd
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied

REPORT_SECONDS = 5.0
"""How long a stopped run still waits for the look at what changed."""


class RunCommandArguments(Strict):
    """Arguments of run_command."""

    command: str = Field(min_length=1, description="The command line, run by bash in the workspace folder.")
    timeout: float = Field(120, gt=0, le=3600, description="Seconds until it is stopped.")


class RunCommand(NativeTool[RunCommandArguments]):
    """Runs one command line; the gate sees it to the letter."""

    name = "run_command"
    description = (
        "Run a shell command in the workspace. It has no terminal and no input; processes it leaves in the "
        "background are ended when it ends."
    )
    kind = "run_command"
    target_argument = "command"
    model = RunCommandArguments

    async def act(self, call: ToolCall, arguments: RunCommandArguments) -> ToolResult:
        """Ask the gate, then run."""
        command = arguments.command
        verdict = await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=f"bash:{command}",
                target=command,
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                detail=command,
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        root = self.services.workspace.root
        try:
            end = await self.services.processes.run(shell(command), root, arguments.timeout, call.output)
        finally:
            # Also a command that was stopped may have changed files.
            with anyio.move_on_after(REPORT_SECONDS, shield=True):
                await self.services.report.workspace_touched()
        return ToolResult(
            "ok" if end.exit_code == 0 else "error", _told(end, arguments.timeout), end.exit_code
        )


def shell(command: str) -> list[str]:
    """The argument vector that runs a command line: bash, or sh where there is no bash."""
    return [shutil.which("bash") or "/bin/sh", "-c", command]


def _told(end: CommandEnd, timeout: float) -> str:
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
    return "\n".join((output, *notes))
