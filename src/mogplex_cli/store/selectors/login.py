"""The ways to begin: which there are on this machine, and which of them this version can go."""

from dataclasses import dataclass

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import one_line

MOGPLEX, OFFLINE = "mogplex", "offline"
NOT_YET: dict[str, str] = {
    "mogplex": "signing in with Mogplex is not in this version yet",
    "agent": "driving this agent is not in this version yet",
    "key": "calling a model provider is not in this version yet",
}
"""Why a way cannot be gone, by its kind."""
DRIVEN: dict[str, str] = {
    "codex": "codex",
}
"""What `--harness` takes for the agents that can be driven, by their program."""


@dataclass(frozen=True, slots=True)
class LoginChoice:
    """One way to begin."""

    name: str
    """What /login calls it."""
    title: str
    detail: str
    missing: str = ""
    """Why it cannot be gone in this version; empty when it can."""
    harness: str = ""
    """What drives runs on this way."""


@dataclass(frozen=True, slots=True)
class LoginProps:
    """All ways, in the order they are offered."""

    choices: tuple[LoginChoice, ...]
    none_found: tuple[str, ...] = ()
    """What was looked for and is not there, a line each."""
    harness: str = ""
    """What drives runs now; empty when nothing does."""


def select_login(state: CockpitState) -> LoginProps:
    """The ways to begin."""
    found = state.session.sign_in
    agents = tuple(
        LoginChoice(
            agent.program,
            f"Use {agent.name}",
            f"found at {one_line(agent.path, 80)}",
            "" if agent.program in DRIVEN else NOT_YET["agent"],
            DRIVEN.get(agent.program, ""),
        )
        for agent in found.agents
    )
    keys = tuple(
        LoginChoice(
            key.variable.lower(), f"Use the {key.provider} key", f"{key.variable} is set", NOT_YET["key"]
        )
        for key in found.keys
    )
    none_found = (
        *(
            ()
            if agents
            else ("no agent on this machine: codex, claude, opencode and gemini are looked for on PATH",)
        ),
        *(
            ()
            if keys
            else ("no provider key in the environment, such as ANTHROPIC_API_KEY or OPENAI_API_KEY",)
        ),
    )
    return LoginProps(
        (
            LoginChoice(
                MOGPLEX,
                "Sign in with Mogplex",
                "in a browser, with the models of your plan",
                NOT_YET["mogplex"],
            ),
            *agents,
            *keys,
            LoginChoice(
                OFFLINE,
                "Look around offline",
                "a scripted agent on your real files; no model is called",
                harness="demo",
            ),
        ),
        none_found,
        state.session.harness,
    )
