"""The ways to begin: which there are on this machine, and which of them this version can go."""

from dataclasses import dataclass

from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import one_line
from mogplex_contracts.vocabulary import OWN_LOOP

MOGPLEX, OFFLINE = "mogplex", "offline"


@dataclass(frozen=True, slots=True)
class LoginChoice:
    """One way to begin."""

    name: str
    """What /login calls it."""
    title: str
    detail: str
    missing: str = ""
    """Why it cannot be gone here; empty when it can."""
    harness: str = ""
    """What drives runs on this way."""
    model: str = ""
    """The model this way brings along; empty when it brings none."""


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
            harness=agent.harness,
        )
        for agent in found.agents
    )
    keys = tuple(
        LoginChoice(
            key.variable.lower(),
            f"Use the {key.provider} key",
            f"{key.variable} is set" + (f", {key.model}" if key.model else "; name a model with /model"),
            harness=OWN_LOOP,
            model=key.model,
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
                found.account_trouble,
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
