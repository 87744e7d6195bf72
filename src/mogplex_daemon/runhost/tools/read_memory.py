"""read_memory: what was remembered in earlier runs."""

from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult, Verdict
from mogplex_daemon.home.memory import MemoryEntry
from mogplex_daemon.runhost.tools.memory_key import MemoryKey
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denied

MAX_FOUND = 20
MAX_LISTED = 500


class ReadMemoryArguments(Strict):
    """Arguments of read_memory."""

    key: MemoryKey | None = None
    query: str | None = Field(None, min_length=1, description="Words that key or text must hold.")


class ReadMemory(NativeTool[ReadMemoryArguments]):
    """Reads one entry, searches entries, or lists the keys."""

    name = "read_memory"
    description = "Read long-term memory: one entry by key, those a query finds, or with neither all keys."
    kind = "read"
    target_argument = "key"
    model = ReadMemoryArguments

    async def act(self, call: ToolCall, arguments: ReadMemoryArguments) -> ToolResult:
        """Look, ask the gate for every entry that would be told, then tell."""
        memory = self.services.memory
        if arguments.key is not None:
            entry = await memory.read(arguments.key)
            verdict = await self._ask(call, f"memory:{arguments.key}", arguments.key, ())
            if not verdict.allowed:
                return denied(verdict)
            if entry is None:
                return ToolResult(
                    "error", f"{arguments.key}: there is no such memory; call with no key to list them"
                )
            return await self._tell(call, [entry])
        if arguments.query is not None:
            found = (await memory.search(arguments.query))[:MAX_FOUND]
            verdict = await self._ask(call, "memory:**", f"memory with {arguments.query!r}", found)
            return await self._tell(call, found) if verdict.allowed else denied(verdict)
        entries = (await memory.entries())[:MAX_LISTED]
        verdict = await self._ask(call, "memory:**", "the keys of memory", entries)
        if not verdict.allowed:
            return denied(verdict)
        keys = (f"{entry.key} ({len(entry.text)} characters, {entry.updated})" for entry in entries)
        return ToolResult("ok", "\n".join(keys) or "[memory is empty]")

    async def _ask(
        self, call: ToolCall, descriptor: str, target: str, entries: list[MemoryEntry] | tuple[()]
    ) -> Verdict:
        return await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=descriptor,
                target=target,
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                more_descriptors=tuple(f"memory:{entry.key}" for entry in entries),
            )
        )

    async def _tell(self, call: ToolCall, entries: list[MemoryEntry]) -> ToolResult:
        for entry in entries:
            await self.services.report.memory_read(call.agent_id, entry.key, entry.text)
        if not entries:
            return ToolResult("ok", "[nothing found]")
        return ToolResult(
            "ok", "\n\n".join(f"{entry.key} ({entry.updated}):\n{entry.text}" for entry in entries)
        )
