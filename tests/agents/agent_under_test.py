"""What the conformance suite needs of an agent: a world with its program in it, and a model that answers a script."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.agents.script import Script


class World(Protocol):
    """One run's surroundings."""

    @property
    def environ(self) -> dict[str, str]:
        """What the run host is started with, over this process's environment: PATH, HOME, keys."""
        ...

    def models(self) -> list[str]:
        """The model of each request so far."""
        ...

    def heard(self) -> str:
        """Everything the model was given in the last request of the main conversation, as text."""
        ...

    def wait_held(self) -> None:
        """Wait until a request of the model is held."""
        ...

    def release(self) -> None:
        """Let held answers come."""
        ...


@dataclass(frozen=True)
class AgentUnderTest:
    """One agent."""

    harness: str
    """As `--harness` takes it."""
    version: str
    """Of the program, as it is shown in the table."""
    world: Callable[[Path, Script], AbstractContextManager[World]]
    """Makes a world below a folder that is the test's own; an empty script is a model server that refuses."""
    leaves_out: frozenset[str] = frozenset()
    """Cases that make no sense for it."""
