"""Changes to files."""

from itertools import islice
from typing import assert_never

from mogplex_contracts.events.patch import PatchApplied, PatchedFile, PatchEvent, PatchProposed, PatchRejected
from mogplex_contracts.reduce.entries import add_entry, change_entry
from mogplex_contracts.reduce.evolve import evolve, put
from mogplex_contracts.state.patch import DIFFS_KEPT, PATCHES_KEPT, Patch
from mogplex_contracts.state.run import RunState


def reduce(state: RunState, event: PatchEvent) -> RunState:
    """The run after a patch was proposed, applied or rejected."""
    match event:
        case PatchProposed():
            return _proposed(state, event)
        case PatchApplied():
            return _settled(state, event.patch_id, "applied", "", event.kept_hunks)
        case PatchRejected():
            return _settled(state, event.patch_id, "rejected", event.reason)
        case _:
            assert_never(event)


def _proposed(state: RunState, event: PatchProposed) -> RunState:
    call = state.calls.get(event.call_id or "")
    subject = summary(event.files)
    note = f"+{sum(file.added for file in event.files)} −{sum(file.removed for file in event.files)}"
    if call is not None:
        entry = call.entry
        state = change_entry(state, entry, kind="patch", subject=subject, note=note, ref=event.patch_id)
    else:
        entry = state.timeline.count
        state = add_entry(
            state,
            event,
            "patch",
            subject,
            agent_id=event.agent_id,
            status="waiting",
            label="patch",
            note=note,
            ref=event.patch_id,
        )
    patch = Patch(
        patch_id=event.patch_id,
        agent_id=event.agent_id,
        files=event.files,
        diff=event.diff,
        artifact=event.artifact,
        seq=event.seq,
        entry=entry,
    )
    return evolve(state, patches=_kept(put(state.patches, event.patch_id, patch)))


def summary(files: tuple[PatchedFile, ...]) -> str:
    """The files of a patch in a few words."""
    if not files:
        return "no file"
    first = files[0]
    name = f"{first.path} → {first.moved_to}" if first.moved_to else first.path
    return name if len(files) == 1 else f"{name} and {len(files) - 1} more"


def _settled(
    state: RunState, patch_id: str, status: str, reason: str, kept: tuple[int, ...] | None = None
) -> RunState:
    patch = state.patches.get(patch_id)
    if patch is None:
        return state
    settled = evolve(patch, status=status, reason=reason, kept_hunks=kept)
    state = evolve(state, patches=put(state.patches, patch_id, settled))
    if patch.entry is not None and any(call.entry == patch.entry for call in state.calls.values()):
        return state
    return change_entry(state, patch.entry, status="ok" if status == "applied" else "denied")


def _kept(patches: dict[str, Patch]) -> dict[str, Patch]:
    """Only the newest patches, and a diff only for the newest of those."""
    kept = dict(islice(patches.items(), max(0, len(patches) - PATCHES_KEPT), None))
    for key in tuple(kept)[:-DIFFS_KEPT]:
        if kept[key].diff:
            kept[key] = evolve(kept[key], diff="")
    return kept
