"""What a check looks at, and what it finds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mogplex_daemon.home.paths import Home

Standing = Literal["nominal", "degraded", "offline"]
"""nominal: works. degraded: works, and could better. offline: is not there, or does not work."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the doctor is asked."""

    home: Home
    folder: Path
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    standing: Standing
    told: str
    """What was seen, in a few words; never a secret."""
    fix: str = ""
    """What to do now; empty when nothing is to be done."""
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    """The same for programs: what JSON can hold."""
    needed: bool = False
    """Whether nothing goes without it."""


Check = Callable[[Surroundings], Awaitable[tuple[Finding, ...]]]
