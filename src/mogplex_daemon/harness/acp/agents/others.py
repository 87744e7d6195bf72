"""Agents that need no private config to ask for what they do, and those nobody has heard of."""

from mogplex_daemon.harness.acp.agents.agent import Agent

VIBE = Agent(
    name="vibe",
    argv=("vibe-acp",),
    capabilities=frozenset(("pause", "steer", "model", "cost", "resume")),
    install="install it with: uv tool install mistral-vibe",
    # It begins in a mode that edits without asking.
    asking_modes=("ask",),
)


def unknown_agent(name: str, argv: tuple[str, ...]) -> Agent:
    """Any other program that speaks the protocol."""
    return Agent(name=name, argv=argv, known=False)
