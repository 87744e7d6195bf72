"""What Claude Code wants to do, put to the gate: our rules and our person decide, for everything it does."""

from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread

from mogplex_contracts.events.patch import PatchProposed, PatchRejected
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.agents.actions import files_action, real_path
from mogplex_daemon.harness.agents.reading import Object, as_object, as_text
from mogplex_daemon.harness.base import ActionRequest, HarnessContext, Verdict
from mogplex_daemon.harness.claude_code.calls import Call
from mogplex_daemon.harness.claude_code.edits import edit_of
from mogplex_daemon.harness.claude_code.protocol import allow, deny
from mogplex_daemon.harness.claude_code.questions import DECIDE, answers, plan_request, question_request
from mogplex_daemon.harness.claude_code.tools import our_name, path_of, request_of, shown_path, sort_of
from mogplex_daemon.harness.claude_code.translate import Translation

DENIALS = {
    "rejected": "A person rejected this.",
    "auto_rejected": "A permission rule denies this.",
    "expired": "Nobody answered in time, so this was not done.",
}
ASKED_ANEW = "the agent asked for another change instead"
LARGEST_FILE = 4 * 2**20
"""Bytes of a file whose change is still shown as a diff."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """One `can_use_tool` request."""

    request_id: str
    tool: str
    tool_input: Object
    agent_id: str
    call: Call | None

    @property
    def call_id(self) -> str:
        """As our events name the call."""
        return self.call.call_id if self.call else ""


class Permissions:
    """Answers the requests of one run. Several may wait at the same time, one for each agent."""

    def __init__(self, context: HarnessContext, translation: Translation) -> None:
        self._context = context
        self._translation = translation
        self._standing = anyio.Lock()

    async def stand(self) -> None:
        """Wait while the run is paused. One waits for all, so that a pause is told once."""
        async with self._standing:
            await self._context.safe_point()

    async def answer(self, request_id: str, request: Object) -> bytes:
        """The line that answers a `can_use_tool` request. Cancelled when the agent withdraws it."""
        use_id = as_text(request.get("tool_use_id"))
        tool, tool_input = as_text(request.get("tool_name")), as_object(request.get("input"))
        agent_id = self._translation.crew.agent_of(as_text(request.get("agent_id")))
        call = self._translation.calls.find(use_id)
        wish = _Wish(request_id, tool, tool_input, agent_id, call)
        await self.stand()
        match sort_of(tool):
            case "inner":
                return allow(request_id, tool_input)
            case "edit":
                verdict = await self._ask_edit(wish)
            case "question":
                return await self._ask_question(wish)
            case "plan":
                plan = as_text(tool_input.get("plan")) or as_text(
                    self._translation.calls.input_of(use_id).get("plan")
                )
                verdict = await self._context.gate(plan_request(self._asked(wish), plan))
            case "command" | "read" | "remote":
                verdict = await self._context.gate(self._asked(wish))
        # What was decided during a pause is carried out after it.
        await self.stand()
        if not verdict.allowed:
            return self._denied(wish, denial(verdict))
        if call is not None:
            call.allowed = True
        return allow(request_id, tool_input)

    def _asked(self, wish: _Wish) -> ActionRequest:
        asked = request_of(
            wish.tool,
            wish.tool_input,
            self._context.spec.cwd,
            agent_id=wish.agent_id,
            call_id=wish.call_id,
        )
        assert asked is not None, wish.tool
        return asked

    def _denied(self, wish: _Wish, why: str) -> bytes:
        if wish.call is not None:
            wish.call.denied = True
        return deny(wish.request_id, why)

    async def _ask_edit(self, wish: _Wish) -> Verdict:
        """Show the change as a patch, and ask. The result of the call tells whether it was applied."""
        workspace = self._context.spec.cwd
        named = path_of(wish.tool_input)
        real = real_path(named, workspace)
        before = await anyio.to_thread.run_sync(_text_in, Path(real))
        if wish.call is not None and wish.call.patch_id is not None:
            # Asked once more: what was shown before is not what will be done.
            await self._context.emit(PatchRejected(patch_id=wish.call.patch_id, reason=ASKED_ANEW))
            wish.call.patch_id = None
        edit = edit_of(wish.tool, wish.tool_input, shown_path(real, workspace), before)
        patch_id = new_id("pat")
        await self._context.emit(
            PatchProposed(
                patch_id=patch_id,
                agent_id=wish.agent_id,
                call_id=wish.call_id,
                files=(edit.file,),
                diff=edit.diff,
            )
        )
        if wish.call is not None:
            wish.call.patch_id = patch_id
        return await self._context.gate(
            files_action(
                (named,),
                (),
                edit.diff,
                workspace=workspace,
                tool=our_name(wish.tool),
                agent_id=wish.agent_id,
                call_id=wish.call_id,
                patch_id=patch_id,
            )
        )

    async def _ask_question(self, wish: _Wish) -> bytes:
        verdict = await self._context.gate(question_request(self._asked(wish), wish.tool_input))
        await self.stand()
        found = answers(wish.tool_input, verdict)
        if found is not None:
            return allow(wish.request_id, {**wish.tool_input, "answers": found})
        return self._denied(wish, DECIDE if verdict.allowed else denial(verdict))


def denial(verdict: Verdict) -> str:
    """Why something did not happen, in words for the agent."""
    said = DENIALS.get(verdict.decision, "This was not allowed.")
    note = f" {verdict.note.strip()}" if verdict.note.strip() else ""
    return f"{said}{note} Nothing was done. Do not try the same by other means; take another course."


def _text_in(path: Path) -> str | None:
    """The text of a file; None when there is none, or it is too big or no text."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        return path.read_bytes().decode()
    except (OSError, ValueError):
        return None
