"""Which credentials there are, and where each is from. Never what they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.home.auth_file import MOGPLEX
from mogplex_daemon.home.provider_table import KNOWN_PROVIDERS, KnownProvider

VARIABLES: dict[str, KnownProvider] = {
    variable: provider
    for provider in sorted(KNOWN_PROVIDERS, key=lambda each: each.name != "mogplex")
    for variable in provider.variables
}
"""Environment variables that hold a credential, and whose it is. They outrank what is stored."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential."""

    provider: str
    """Whose it is, as people call it."""
    source: str
    """The variable it is in, or `auth.json`."""
    model: str = ""
    """The model of a run that names none, as `provider/model`; empty when one must be named."""


def from_environ(environ: Mapping[str, str]) -> tuple[Credential, ...]:
    """Those of the environment."""
    return tuple(
        Credential(provider.label, variable, f"{provider.name}/{provider.model}" if provider.model else "")
        for variable, provider in VARIABLES.items()
        if environ.get(variable, "").strip()
    )


def stored(auth: Path) -> tuple[Credential, ...]:
    """Those of auth.json; none when it is missing or cannot be read."""
    try:
        content: Any = json.loads(auth.read_bytes())
    except (OSError, ValueError):
        return ()
    if not isinstance(content, dict):
        return ()
    held = (name for name, value in cast("dict[str, Any]", content).items() if value)
    return tuple(Credential("Mogplex" if name == MOGPLEX else name, auth.name) for name in held)
