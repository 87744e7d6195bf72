"""The agents that are known, by the name of their program. A new one is one file and one line here."""

import shlex
from dataclasses import replace
from pathlib import PurePath

from mogplex_daemon.harness.acp.agents.agent import Agent
from mogplex_daemon.harness.acp.agents.gemini import GEMINI
from mogplex_daemon.harness.acp.agents.opencode import OPENCODE
from mogplex_daemon.harness.acp.agents.others import VIBE, unknown_agent

AGENTS: dict[str, Agent] = {"opencode": OPENCODE, "gemini": GEMINI, "vibe": VIBE, "vibe-acp": VIBE}


class BadAgentCommand(ValueError):
    """`acp:` is not followed by a command; the message says what is wrong with it."""


def find_agent(command: str) -> Agent:
    """The agent of a command line; a known one needs only its name. Raises BadAgentCommand."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadAgentCommand(f"acp:{command} is no command line: {error}") from error
    if not words:
        raise BadAgentCommand(
            "acp: needs the command of an agent, such as acp:opencode or acp:'my-agent --acp'"
        )
    program = PurePath(words[0]).name
    agent = AGENTS.get(program)
    if agent is None:
        return unknown_agent(program, tuple(words))
    if len(words) > 1:
        return replace(agent, argv=tuple(words))
    own_program = words[0] if "/" in words[0] else agent.argv[0]
    return replace(agent, argv=(own_program, *agent.argv[1:]))
