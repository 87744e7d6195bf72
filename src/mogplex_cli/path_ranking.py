"""Finding paths by some of their letters. Pure."""

from collections.abc import Iterable

SHOWN = 40


def best_paths(query: str, paths: Iterable[str], limit: int = SHOWN) -> tuple[str, ...]:
    """The paths that have the letters of `query` in their order, the best first."""
    wanted = query.lower()
    ranked = [(_rank(wanted, path.lower()), len(path), path) for path in paths if has_letters(path, wanted)]
    return tuple(path for _, _, path in sorted(ranked)[:limit])


def has_letters(path: str, query: str) -> bool:
    """Whether a path has these letters, in whatever case, in this order."""
    place = 0
    lowered = path.lower()
    for letter in query.lower():
        place = lowered.find(letter, place) + 1
        if not place:
            return False
    return True


def _rank(wanted: str, path: str) -> int:
    """How well a path fits; less is better."""
    name = path.rpartition("/")[2]
    fits = (name.startswith(wanted), path.startswith(wanted), wanted in name, wanted in path)
    return (
        path.count("/") if not wanted else next((place for place, fit in enumerate(fits) if fit), len(fits))
    )
