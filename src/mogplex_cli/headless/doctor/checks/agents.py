"""Which agent programs are installed, and their versions."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import anyio

from mogplex_cli.headless.doctor.ask import NoAnswer, TooSlow, ask
from mogplex_cli.headless.doctor.finding import Finding, Surroundings

PLACES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
"""Where programs keep their files when it is not below HOME."""
VERSION = re.compile(r"\d+\.\d+[\w.+-]*")


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent program that Mogplex can drive."""

    program: str
    harness: str
    """How a run with it is started: `mogplex --harness NAME`."""
    package: str
    """On npm."""


AGENTS: tuple[Agent, ...] = (
    Agent("codex", "codex", "@openai/codex"),
    Agent("claude", "claude-code", "@anthropic-ai/claude-code"),
    Agent("opencode", "acp:opencode", "opencode-ai"),
    Agent("gemini", "acp:gemini", "@google/gemini-cli"),
)


async def check_agents(where: Surroundings) -> tuple[Finding, ...]:
    """One finding an agent, asked side by side."""
    found: dict[str, Finding] = {}

    async def look(agent: Agent) -> None:
        found[agent.program] = await _look(agent, where)

    async with anyio.create_task_group() as tasks:
        for agent in AGENTS:
            tasks.start_soon(look, agent)
    return tuple(found[agent.program] for agent in AGENTS)


async def _look(agent: Agent, where: Surroundings) -> Finding:
    path = shutil.which(agent.program, path=where.environ.get("PATH"))
    facts: dict[str, object] = {"harness": agent.harness, "path": path, "version": None}
    if path is None:
        fix = f"npm install --global {agent.package}"
        return Finding(agent.program, "offline", "not installed", fix, facts)
    try:
        said = await _version(path, where.environ)
    except NoAnswer as reason:
        return Finding(
            agent.program,
            "degraded",
            f"{path} {reason}",
            f"run {agent.program} --version, or install it anew: npm install --global {agent.package}",
            facts,
        )
    version = VERSION.search(said)
    facts["version"] = version[0] if version else None
    return Finding(agent.program, "nominal", f"{version[0] if version else said[:60]} · {path}", "", facts)


async def _version(path: str, environ: Mapping[str, str]) -> str:
    """What the program says its version is. Raises NoAnswer.

    Some leave folders in a person's home even then, so it is asked in one that is thrown away. One that is only found
    by way of the person's home, such as by a version manager, is asked there.
    """
    elsewhere = {name: value for name, value in environ.items() if name not in PLACES}
    with TemporaryDirectory(prefix="mogplex-doctor-", ignore_cleanup_errors=True) as home:
        try:
            return await ask((path, "--version"), {**elsewhere, "HOME": home})
        except TooSlow:
            raise
        except NoAnswer:
            pass
    return await ask((path, "--version"), environ)
