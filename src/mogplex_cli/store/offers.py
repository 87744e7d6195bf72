"""What the cockpit read from the disk to choose from: models, and the repository's memory."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model of a catalog."""

    slug: str
    """What a run is told to use."""
    name: str = ""
    provider: str = ""
    """Empty when unknown."""
    context: int | None = None
    """Tokens that fit; None when unknown."""
    input_usd: float | None = None
    """Price of a million tokens read; None when unknown, which is not 0."""
    output_usd: float | None = None
    """Price of a million tokens written; None when unknown."""


@dataclass(frozen=True, slots=True)
class ModelCatalog:
    """Models there are to choose from."""

    models: tuple[OfferedModel, ...] = ()
    disabled: int = 0
    """How many the account has switched off: they are not offered."""
    problem: str = ""
    """What is wrong with the catalog's file and how to mend it; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An entry of a repository's memory, as it was on the disk."""

    key: str
    text: str
    run_id: str
    """Which run wrote it last."""
    agent: str
    updated: str
    """ISO 8601."""


@dataclass(frozen=True, slots=True)
class RepositoryMemory:
    """A repository's memory when it was last read."""

    repo: str
    entries: tuple[Remembered, ...] = ()
    problem: str = ""
    """Why it could not be read; empty when it could."""


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file of the workspace as it is now."""

    path: str
    """As the diff names it."""
    text: str
    """Empty when it could not be read."""
    trouble: str = ""
    """Why it could not be read."""
