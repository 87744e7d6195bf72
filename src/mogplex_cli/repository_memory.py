"""Reads a repository's memory for the drawer. The cockpit never writes it: deleting goes through a run's gate."""

from mogplex_cli.store.offers import Remembered, RepositoryMemory
from mogplex_daemon.home.paths import Home


async def read_memory(home: Home, repo: str) -> RepositoryMemory:
    """All entries by key. Never raises; a memory nobody has written to is empty."""
    path = home.memory(repo)
    if not path.exists():
        return RepositoryMemory(repo)
    # Here, because it loads SQLite, which no cockpit needs to start.
    from mogplex_daemon.home.memory import MemoryFailed, MemoryStore

    try:
        entries = await MemoryStore(path).entries()
    except MemoryFailed as failure:
        return RepositoryMemory(repo, problem=str(failure))
    return RepositoryMemory(
        repo,
        tuple(Remembered(each.key, each.text, each.run_id, each.agent, each.updated) for each in entries),
    )
