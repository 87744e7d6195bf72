"""Reads the commands again whenever something that belongs to them changes. Nothing is polled.

What is not there yet is noticed too: of a folder that is missing, the nearest one above it is watched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread

from mogplex_cli.custom_commands.command import Problem
from mogplex_cli.custom_commands.load import CommandSources, load_commands, places_of
from mogplex_cli.custom_commands.places import Place
from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_daemon.home.agent_file import NAME as AGENT_FILE

DEBOUNCE_MS = 400
"""Changes that follow each other within this time are one."""
STEP_MS = 100
"""How often a watching thread looks whether it is to end; what changes wakes it by itself."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The folders to watch."""

    whole: frozenset[Path]
    """With everything below them."""
    single: frozenset[Path]
    """Only what lies in them, and of that only `names`."""
    names: frozenset[str]


async def follow_commands(sources: CommandSources, tell: Callable[[CommandRegistry], None]) -> None:
    """Tell the commands there are, and again after each change, until it is cancelled."""
    # Not needed for the first picture, and too slow for the thread that draws.
    await anyio.to_thread.run_sync(import_module, "watchfiles")
    told: CommandRegistry | None = None
    while True:
        looked = places_of(sources)
        watched = watched_folders(sources.root, looked)
        stop, changed = anyio.Event(), anyio.Event()
        failed: list[Problem] = []
        async with anyio.create_task_group() as tasks:
            try:
                for folders, recursive in ((watched.whole, True), (watched.single, False)):
                    if folders:
                        tasks.start_soon(_watch, folders, recursive, watched.names, stop, changed, failed)
                # The watches are set up in their tasks' first step: what changes from here on is noticed.
                await anyio.lowlevel.checkpoint()
                loaded = await anyio.to_thread.run_sync(load_commands, sources)
                registry = replace(loaded.registry, problems=(*loaded.registry.problems, *failed))
                if told is None or facts_of(registry) != facts_of(told):
                    tell(registry)
                    told = registry
                if watched_folders(sources.root, loaded.places) == watched:
                    await changed.wait()
            finally:
                # A watching thread sees this, and no cancellation.
                stop.set()


def facts_of(registry: CommandRegistry) -> tuple[object, ...]:
    """What a registry says, to be compared: two registries are never equal themselves."""
    return registry.commands, registry.aliases, registry.disabled, registry.problems


def watched_folders(root: Path, places: Sequence[Place]) -> Watched:
    """What to watch for these places to be noticed, there or not, and for the files that name more of them."""
    whole: set[Path] = set()
    single = {root}
    names = {AGENT_FILE}
    for place in places:
        folder = place.folder
        if folder.is_dir():
            whole.add(folder)
            # It may be taken away, or be replaced.
            single.add(folder.parent)
        names.add(folder.name)
        while not folder.is_dir() and folder != folder.parent:
            names.add(folder.name)
            folder = folder.parent
            if folder.is_dir():
                single.add(folder)
    return Watched(frozenset(whole), frozenset(single), frozenset(names))


async def _watch(
    folders: frozenset[Path],
    recursive: bool,
    names: frozenset[str],
    stop: anyio.Event,
    changed: anyio.Event,
    failed: list[Problem],
) -> None:
    """Set `changed` at the first change that matters."""
    awatch: Any = import_module("watchfiles").awatch

    def matters(_: object, path: str) -> bool:
        return recursive or Path(path).name in names

    try:
        async for _ in awatch(
            *folders,
            watch_filter=matters,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=stop,
            recursive=recursive,
            ignore_permission_denied=True,
        ):
            changed.set()
            return
    except (OSError, RuntimeError) as error:
        # Such as the kernel's limit of watches. All is loaded, only later changes go unnoticed.
        failed.append(Problem("live reload", f"is off ({error}); reopen the cockpit after a change"))
    except ExceptionGroup:
        # Something changed that the watcher cannot name, such as a file whose name is no UTF-8.
        await anyio.sleep(DEBOUNCE_MS / 1000)
        changed.set()
