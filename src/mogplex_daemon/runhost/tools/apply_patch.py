"""apply_patch: change files by a patch, all of them or none."""

from collections.abc import Mapping
from typing import Any

import anyio
import anyio.to_thread
from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_contracts.ids import new_id
from mogplex_daemon.harness.base import ActionRequest, ToolCall, ToolResult, Verdict
from mogplex_daemon.runhost.patch.apply import apply_plan
from mogplex_daemon.runhost.patch.hunks import hunks, keep
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.patch.plan import FileChange, PatchPlan, named_paths, plan_patch, summarise
from mogplex_daemon.runhost.patch.texts import read_text
from mogplex_daemon.runhost.tools.native_tool import NativeTool, denial, denied
from mogplex_daemon.runhost.workspace import Workspace, WorkspaceRefusal

INTERRUPTED_SECONDS = 2.0
"""How long an interrupted call may still take to say that its patch was not applied."""

DESCRIPTION = """Change files by one patch: all of it is applied, or nothing. Format:
*** Begin Patch
*** Update File: path
@@ a line above the change, such as a def, to find the place
 unchanged line
-removed line
+added line
*** Add File: path
+every line of the new file
*** Delete File: path
*** End Patch
'*** Move to: path' after an Update line moves the file. A unified diff (git diff) works too. \
Give about three unchanged lines around a change, exactly as the file has them."""


class ApplyPatchArguments(Strict):
    """Arguments of apply_patch."""

    patch: str = Field(min_length=1, description="The patch.")


class ApplyPatch(NativeTool[ApplyPatchArguments]):
    """Plans the patch in memory, shows its diff, and writes it when it is allowed."""

    name = "apply_patch"
    description = DESCRIPTION
    kind = "apply_patch"
    target_argument = "patch"
    model = ApplyPatchArguments

    def target(self, arguments: Mapping[str, Any]) -> str:
        """The paths the patch names."""
        patch = arguments.get("patch")
        return ", ".join(named_paths(patch)) if isinstance(patch, str) else ""

    async def act(self, call: ToolCall, arguments: ApplyPatchArguments) -> ToolResult:
        """Plan, propose, ask the gate, apply."""
        report = self.services.report
        plan = await anyio.to_thread.run_sync(plan_in, self.services.workspace, arguments.patch)
        patch_id = new_id("pat")
        await report.patch_proposed(patch_id, call.agent_id, call.call_id, plan.changes, plan.diff)
        try:
            verdict = await self._ask(call, plan, patch_id)
        except anyio.get_cancelled_exc_class():
            with anyio.move_on_after(INTERRUPTED_SECONDS, shield=True):
                await report.patch_rejected(patch_id, "the call was interrupted before anyone decided")
            raise
        if not verdict.allowed:
            await report.patch_rejected(patch_id, denial(verdict))
            return denied(verdict)
        kept = plan if verdict.kept_hunks is None else keep(plan, verdict.kept_hunks)
        refusal: str | None = None
        # What is written is reported, even when the run is stopped at this moment.
        with anyio.CancelScope(shield=True):
            refusal = await self._apply(kept, patch_id, verdict.kept_hunks)
        if refusal is not None:
            return ToolResult("error", refusal)
        applied = f"Applied:\n{summarise(kept.changes)}"
        if verdict.kept_hunks is None:
            return ToolResult("ok", applied)
        return ToolResult("ok", f"{_dropped(plan, verdict)}\n{applied}")

    async def _ask(self, call: ToolCall, plan: PatchPlan, patch_id: str) -> Verdict:
        first, *more = descriptors(plan)
        return await self.services.gate(
            ActionRequest(
                kind=self.kind,
                descriptor=first,
                target=", ".join(_label(change) for change in plan.changes),
                tool=self.name,
                agent_id=call.agent_id,
                call_id=call.call_id,
                detail=plan.diff,
                more_descriptors=tuple(more),
                patch_id=patch_id,
                hunks=len(hunks(plan)),
            )
        )

    async def _apply(self, plan: PatchPlan, patch_id: str, kept_hunks: tuple[int, ...] | None) -> str | None:
        """Write and report; the reason when it could not be written."""
        report = self.services.report
        try:
            await anyio.to_thread.run_sync(apply_plan, self.services.workspace, plan)
        except (PatchRefusal, WorkspaceRefusal) as refusal:
            await report.patch_rejected(patch_id, str(refusal))
            return str(refusal)
        await report.patch_applied(patch_id, kept_hunks)
        await report.workspace_touched()
        return None


def plan_in(workspace: Workspace, patch: str) -> PatchPlan:
    """The plan of a patch on the files of a workspace. Raises PatchRefusal and WorkspaceRefusal."""

    def read(path: str) -> str | None:
        file = read_text(workspace, path)
        return None if file is None else file.text

    def canonical(path: str) -> str:
        return workspace.name(workspace.resolve_for_write(path))

    return plan_patch(patch, read, canonical)


def descriptors(plan: PatchPlan) -> list[str]:
    """What rules must allow: a write of every path that has new text, a delete of every path that is gone."""
    found: list[str] = []
    for change in plan.changes:
        if change.written_path is not None:
            found.append(f"write:{change.written_path}")
        if change.removed_path is not None:
            found.append(f"delete:{change.removed_path}")
    return found


def _dropped(plan: PatchPlan, verdict: Verdict) -> str:
    """What a person left out, told to the agent: the files still have their old lines there."""
    all_hunks = hunks(plan)
    left_out = [hunk for hunk in all_hunks if hunk.number not in (verdict.kept_hunks or ())]
    lines = [f"A person dropped {len(left_out)} of {len(all_hunks)} hunks; these places are as they were:"]
    for hunk in left_out:
        where = f", lines {hunk.start} to {hunk.end - 1}" if hunk.end > hunk.start else ""
        lines.append(f"- {_label(hunk.change)}{where}")
    note = f"\n{verdict.note.strip()}" if verdict.note.strip() else ""
    return "\n".join(lines) + note


def _label(change: FileChange) -> str:
    return f"{change.path} -> {change.moved_to}" if change.moved_to else change.path
