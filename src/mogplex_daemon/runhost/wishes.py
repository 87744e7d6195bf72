"""What a person asks of a run that changes more than the run: it passes the same gate as an agent's wish."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from mogplex_contracts.envelope import Operator
from mogplex_contracts.events.memory import MemoryDeleted
from mogplex_contracts.events.model import ModelChanged
from mogplex_contracts.state import RunState
from mogplex_daemon.harness.base import ActionRequest, Verdict
from mogplex_daemon.home.memory import MemoryFailed, MemoryStore
from mogplex_daemon.runhost.gate import Emit
from mogplex_daemon.wire.commands import Refused

OPERATOR = "operator"
"""Stands where an agent's id does, when a person asks."""
LONGEST_SLUG = 200


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one run."""

    gate: Callable[[ActionRequest], Awaitable[Verdict]]
    emit: Emit
    memory: MemoryStore
    state: Callable[[], RunState]
    use_model: Callable[[str], Awaitable[None]]
    """Makes the harness use another model from its next call on. Raises Refused when its agent does not."""
    fixed_model: str
    """Why the model cannot be changed; empty when it can."""

    async def change_model(self, model: str, by: Operator) -> str:
        """Use another model from the next call on. Raises Refused."""
        slug = model.strip()
        before = self.state().model
        if not slug or len(slug) > LONGEST_SLUG or any(not each.isprintable() for each in slug):
            raise Refused("bad_model", "a model is named by its slug; /model lists those that are known")
        if self.fixed_model:
            raise Refused("fixed_model", self.fixed_model)
        if slug == before:
            raise Refused("same_model", f"the run uses {slug} already")
        verdict = await self.gate(
            ActionRequest(
                kind="change_model",
                descriptor=f"model:{slug}",
                target=slug,
                tool="change_model",
                agent_id=OPERATOR,
                call_id="",
                detail=f"{before or 'the default'} → {slug}, from the next model call on",
            )
        )
        _require(verdict, f"the model stays {before or 'as it is'}")
        await self.use_model(slug)
        await self.emit(ModelChanged(to=slug, from_model=before, reason="chosen by a person"), by)
        return f"the run uses {slug} from its next model call on"

    async def delete_memory(self, key: str, by: Operator) -> str:
        """Forget a memory entry. Raises Refused."""
        try:
            entry = await self.memory.read(key)
            if entry is None:
                raise Refused("unknown_key", f"the memory has no entry {key!r}; /memory lists what it has")
            verdict = await self.gate(
                ActionRequest(
                    kind="write_memory",
                    descriptor=f"memory:{key}",
                    target=key,
                    tool="delete_memory",
                    agent_id=OPERATOR,
                    call_id="",
                    detail=f"Forget {key}, which says:\n{entry.text}",
                )
            )
            _require(verdict, f"{key} is kept")
            with anyio.CancelScope(shield=True):
                if await self.memory.delete(key):
                    await self.emit(MemoryDeleted(key=key), by)
        except MemoryFailed as failure:
            raise Refused("memory_failed", str(failure)) from failure
        return f"{key} is forgotten"


def _require(verdict: Verdict, otherwise: str) -> None:
    if verdict.allowed:
        return
    said = {"auto_rejected": "a permission rule denies this", "expired": "nobody decided in time"}
    why = said.get(verdict.decision, "this was rejected")
    note = f" · {verdict.note.strip()}" if verdict.note.strip() else ""
    raise Refused("denied", f"{why}{note} · {otherwise}")
