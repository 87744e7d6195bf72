"""Writing a planned patch: every file or none.

Nothing is written before every file is seen to be as planned. New contents go to temporary files beside their
targets and are fsynced; only then names are changed, and each change of a name knows how to be undone. The
old file is kept under a second name until all is done, so undoing brings back the very same file.
"""

import os
import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from mogplex_daemon.runhost.anchored import Entry, Stamp, open_entry
from mogplex_daemon.runhost.patch.lines import PatchRefusal
from mogplex_daemon.runhost.patch.plan import FileChange, PatchPlan
from mogplex_daemon.runhost.patch.texts import TextFile, read_text
from mogplex_daemon.runhost.workspace import Workspace

NOTHING_WRITTEN = "nothing was written"
NEW_FILE_MODE = 0o666
"""Before the umask."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A change whose new content lies ready in `temporary` beside its target."""

    change: FileChange
    old: Entry | None
    stamp: Stamp | None
    new: Entry | None
    temporary: Entry | None


def apply_plan(workspace: Workspace, plan: PatchPlan) -> None:
    """Write all changes of `plan`. Blocks; call it in a worker thread.

    Raises PatchRefusal when a file is no longer as planned or can not be written; then every file is as it
    was before. The message names the file, and says so in the one case where undoing failed too.
    """
    files = check_unchanged(workspace, plan)
    staged: list[Staged] = []
    try:
        # Two stacks: `closing` runs always, `undo` only when something fails.
        with ExitStack() as closing, ExitStack() as undo:
            for change in plan.changes:
                with _named(change):
                    staged.append(_stage(workspace, change, files, closing, undo))
            for one in staged:
                with _named(one.change):
                    _commit(one, closing, undo)
            undo.pop_all()
            _sync_folders(staged)
    except OSError as error:
        names = ", ".join(change.path for change in plan.changes)
        reason = f"the patch failed and undoing it failed too ({error})"
        raise PatchRefusal(f"{reason}; look at {names}") from error


def check_unchanged(workspace: Workspace, plan: PatchPlan) -> Mapping[str, TextFile]:
    """The files `plan` starts from, by path, as they are now.

    Raises PatchRefusal when one is not, to the letter, what the plan was made with.
    """
    files: dict[str, TextFile] = {}
    for change in plan.changes:
        file = read_text(workspace, change.path)
        if (None if file is None else file.text) != change.old_text:
            reason = "it changed since the patch was made; read it again"
            raise PatchRefusal(f"{change.path}: {reason}; {NOTHING_WRITTEN}")
        if change.moved_to is not None and read_text(workspace, change.moved_to) is not None:
            raise PatchRefusal(f"{change.moved_to}: it exists by now; {NOTHING_WRITTEN}")
        if file is not None:
            files[change.path] = file
    return files


@contextmanager
def _named(change: FileChange) -> Generator[None]:
    """Turn an error of the system into a refusal that names the file."""
    try:
        yield
    except OSError as error:
        raise PatchRefusal(f"{change.path}: {error.strerror or error}; {NOTHING_WRITTEN}") from error


def _stage(
    workspace: Workspace,
    change: FileChange,
    files: Mapping[str, TextFile],
    closing: ExitStack,
    undo: ExitStack,
) -> Staged:
    file = files.get(change.path)
    old = None if file is None else open_entry(workspace.root, change.path, closing)
    stamp = None if file is None else file.stamp
    if change.written_path is None or change.new_text is None:
        return Staged(change, old, stamp, None, None)

    def created(folder: int, name: str) -> None:
        undo.callback(_remove_folder, folder, name)

    new = open_entry(workspace.root, change.written_path, closing, created)
    temporary = new.sibling(f".mogplex-{secrets.token_hex(8)}.tmp")
    closing.callback(_discard, temporary)
    # Also here, because a folder made for it can only be removed when it is gone.
    undo.callback(_discard, temporary)
    _write(temporary, change.new_text, None if file is None else file.mode)
    return Staged(change, old, stamp, new, temporary)


def _write(temporary: Entry, text: str, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary.name, flags, NEW_FILE_MODE, dir_fd=temporary.folder)
    with os.fdopen(descriptor, "wb") as file:
        if mode is not None:
            os.fchmod(descriptor, mode)
        file.write(text.encode())
        file.flush()
        os.fsync(descriptor)


def _commit(staged: Staged, closing: ExitStack, undo: ExitStack) -> None:
    change, old, new, temporary = staged.change, staged.old, staged.new, staged.temporary
    if old is not None:
        status = old.status()
        if status is None or Stamp.of(status) != staged.stamp:
            raise PatchRefusal(f"{change.path}: it changed while the patch was written; {NOTHING_WRITTEN}")
        backup = old.sibling(f".mogplex-{secrets.token_hex(8)}.old")
        # With a second name the old file keeps its first until the new one takes it, so that no reader
        # ever finds it missing.
        if change.removed_path is not None or not _link(old, backup):
            _rename(old, backup)
        closing.callback(_discard, backup)
        undo.callback(_rename, backup, old)
    if new is not None and temporary is not None:
        if old is not None and change.removed_path is None:
            _rename(temporary, new)
        else:
            _place_new(temporary, new, change.written_path or change.path)
            undo.callback(_remove, new)


def _place_new(temporary: Entry, new: Entry, path: str) -> None:
    """Give a new file its name; a file that came to be there meanwhile is never replaced."""
    try:
        linked = _link(temporary, new)
    except FileExistsError as error:
        raise PatchRefusal(f"{path}: it exists by now; {NOTHING_WRITTEN}") from error
    if not linked:
        if new.status() is not None:
            raise PatchRefusal(f"{path}: it exists by now; {NOTHING_WRITTEN}")
        _rename(temporary, new)


def _link(source: Entry, target: Entry) -> bool:
    """Give a file a second name; False where the file system or its owner does not let us."""
    try:
        os.link(
            source.name,
            target.name,
            src_dir_fd=source.folder,
            dst_dir_fd=target.folder,
            follow_symlinks=False,
        )
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _rename(source: Entry, target: Entry) -> None:
    os.rename(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder)


def _remove(entry: Entry) -> None:
    with suppress(FileNotFoundError):
        os.unlink(entry.name, dir_fd=entry.folder)


def _discard(entry: Entry) -> None:
    # A leftover of ours that can not be deleted does not make the patch a failure.
    with suppress(OSError):
        _remove(entry)


def _remove_folder(folder: int, name: str) -> None:
    # Something else may have put a file there meanwhile; that is not ours to delete.
    with suppress(OSError):
        os.rmdir(name, dir_fd=folder)


def _sync_folders(staged: Sequence[Staged]) -> None:
    folders = {entry.folder for one in staged for entry in (one.old, one.new) if entry is not None}
    for folder in folders:
        # Some file systems can not sync a folder; the files themselves are synced.
        with suppress(OSError):
            os.fsync(folder)
