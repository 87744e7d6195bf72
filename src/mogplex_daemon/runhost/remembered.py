"""What of the repository's memory every agent of a run knows from its start: what the rules let it read unasked."""

from mogplex_contracts.permissions import PermissionLayers, resolve
from mogplex_daemon.home.instructions import Fragment
from mogplex_daemon.home.memory import MemoryStore

MOST_CHARACTERS = 8_000
"""Of all entries together; the rest is read with read_memory when it is wanted."""


async def remembered(memory: MemoryStore, layers: PermissionLayers) -> tuple[Fragment, ...]:
    """The newest entries that fit, by key. Raises MemoryFailed."""
    if not memory.path.exists():
        return ()
    room = MOST_CHARACTERS
    known: list[Fragment] = []
    for entry in sorted(await memory.entries(), key=lambda each: each.updated, reverse=True):
        room -= len(entry.text)
        if room < 0:
            break
        if resolve(layers, f"memory:{entry.key}").level == "allow":
            known.append(Fragment(entry.key, entry.text, "memory"))
    return tuple(sorted(known, key=lambda each: each.path))
