"""What an agent's file tells."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mogplex_contracts.vocabulary import Capability

Environ = Mapping[str, str | None]
"""Set over the host's environment; None takes a variable away."""


class BadAgentConfig(Exception):
    """The person's own config of an agent cannot be used; the message names the file and says what to do."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an agent's private config is made of."""

    folder: Path
    """The run's folder for the agent, 0700."""
    workspace: Path
    environ: Mapping[str, str]
    """The environment of the person who started the run."""
    instructions: str
    """What belongs into the system prompt."""


def nothing_to_prepare(_: Surroundings) -> Environ:
    """For agents whose own config stays as it is."""
    return {}


def no_preliminary(_: Mapping[str, Any]) -> bool:
    """For agents that ask once for one thing."""
    return False


def no_remote_name(_title: str, _servers: Sequence[str]) -> tuple[str, str] | None:
    """For agents whose calls do not tell whose tool they are."""
    return None


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent program."""

    name: str
    """What it is called in lists, and as the owner of its tools in rules: `mcp:<name>/<tool>`."""
    argv: tuple[str, ...]
    """The command that speaks the protocol."""
    capabilities: frozenset[Capability] = frozenset(("pause", "steer", "model"))
    install: str = "install it, or give the whole path of its program"
    """What to do when it is not there."""
    login: str = "log in with it once in a terminal"
    """What to do when it wants to be logged in."""
    tested: str | None = None
    """The version this was made with."""
    known: bool = True
    """Whether it is known to ask before it writes or runs anything, the way it is started here."""
    prepare: Callable[[Surroundings], Environ] = nothing_to_prepare
    """Writes its private config below the run's folder. Raises BadAgentConfig and OSError."""
    asking_modes: tuple[str, ...] = ("ask", "default")
    """Its mode that asks for everything: the first of these that it has."""
    takes_instructions: bool = False
    """Whether `prepare` gives it the instructions; else they stand before the first prompt."""
    is_preliminary: Callable[[Mapping[str, Any]], bool] = no_preliminary
    """Whether a request with this input only comes before another one for the same call, which decides."""
    remote_name: Callable[[str, Sequence[str]], tuple[str, str] | None] = no_remote_name
    """The MCP server, one of the run's, and the tool that a call with this title is of; None unless that is certain."""
    no_servers: str = ""
    """Why it connects to none of the MCP servers it is given; empty: it does."""
    error_line: re.Pattern[str] | None = None
    """What a line on stderr looks like that tells of a failed call of the model; group 1 is what was said."""
    begins_anew: bool = False
    """Whether a second message without a tool call between is the first one over again, after a cut stream."""
    usage_of_last_call: bool = False
    """Whether a turn's tokens are only those of its last model call."""
    counts_finished_calls: bool = False
    """Whether a turn without any counted tokens is one whose model never finished an answer."""
    resumes: bool = True
    """Whether its sessions can be taken up again when it says so."""
    advice: Mapping[str, str] = field(default_factory=dict[str, str])
    """By our code of a failure: what to do now."""
