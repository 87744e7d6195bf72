"""Which agent programs are installed, and their versions."""

import re
import shutil
from dataclasses import dataclass

import anyio

from mogplex_cli.headless.doctor.ask import NoAnswer, ask
from mogplex_cli.headless.doctor.finding import Finding, Surroundings

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
        said = await ask((path, "--version"), where.environ)
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
