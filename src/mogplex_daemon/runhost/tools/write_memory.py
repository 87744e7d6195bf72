"""write_memory: remember something for later runs."""

import anyio
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult
from mogplex_daemon.home.memory import MemoryEntry
from mogplex_daemon.runhost.tools.memory_key import MemoryKey
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied

MAX_CHARACTERS = 65_536


class WriteMemoryArguments(Strict):
    """Arguments of write_memory."""

    key: MemoryKey
    text: str = Field(min_length=1, max_length=MAX_CHARACTERS, description="What to remember.")


class WriteMemory(NativeTool[WriteMemoryArguments]):
    """Writes one entry; one of the same key is replaced, and the gate sees both texts."""

    name = "write_memory"
    description = "Remember a text under a key for later runs on this repository."
    kind = "write_memory"
    target_argument = "key"
    model = WriteMemoryArguments

    async def act(self, call: ToolCall, arguments: WriteMemoryArguments) -> ToolResult:
        """Ask the gate, then write."""
        services, key = self.services, arguments.key
        before = await services.memory.read(key)
        verdict = await services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=f"memory:{key}",
                target=key,
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                detail=_detail(arguments.text, before),
            )
        )
        if not verdict.allowed:
            return denied(verdict)
        # What is written is reported, even when the run is stopped at this moment.
        with anyio.CancelScope(shield=True):
            await services.memory.write(key, arguments.text, services.run_id, call.agent_id)
            await services.report.memory_written(call.agent_id, key, arguments.text)
        return ToolResult("ok", f"Remembered {key} ({len(arguments.text)} characters).")


def _detail(text: str, before: MemoryEntry | None) -> str:
    return text if before is None else f"{text}\n\n[in place of, from {before.updated}:]\n{before.text}"
