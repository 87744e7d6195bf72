"""The harnesses by name. A new one is one file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from mogplex_contracts.vocabulary import OWN_LOOP, Capability
from mogplex_daemon.harness.base import Harness


@dataclass(frozen=True, slots=True)
class HarnessEntry:
    """One way to drive a run, as it stands in a list."""

    label: str
    """What it is called wherever a run of it is shown, such as `offline demo`."""
    description: str
    """One line for people who choose."""
    model: str | None
    """What a run of it uses when no model is named; None when the agent decides."""
    takes_model: bool
    """Whether a run can be started with a model of one's choice."""
    capabilities: frozenset[Capability]
    """What a run of it can do, so that the cockpit offers nothing else."""
    make: Callable[[], Harness]
    """A fresh one for one run. It is imported here and not before."""
    runs_our_tools: bool = False
    """Whether its agents' commands are run by our tools, and so in our sandbox."""
    calls_models: bool = False
    """Whether it calls models itself, at the providers of config.toml and the environment."""


class UnknownHarness(LookupError):
    """There is no harness of this name; the message lists those that there are."""


def find_harness(spec: str) -> HarnessEntry:
    """The entry named `spec`, as `--harness` gives it: a name, or `acp:` and a command. Raises UnknownHarness."""
    name, colon, command = spec.strip().partition(":")
    if colon and name.lower() == "acp":
        return HARNESSES.get(f"acp:{command.lower()}") or _acp_entry(command)
    entry = HARNESSES.get(spec.strip().lower())
    if entry is None:
        names = ", ".join((*HARNESSES, "acp:<command>"))
        raise UnknownHarness(f"there is no harness {spec!r}; --harness takes one of: {names}")
    return entry


def _demo() -> Harness:
    from mogplex_daemon.harness.demo.harness import DemoHarness

    return DemoHarness()


def _native() -> Harness:
    from mogplex_daemon.harness.native.harness import NativeHarness

    return NativeHarness()


def _codex() -> Harness:
    from mogplex_daemon.harness.codex.harness import CodexHarness

    return CodexHarness()


def _claude_code() -> Harness:
    from mogplex_daemon.harness.claude_code.harness import ClaudeCodeHarness

    return ClaudeCodeHarness()


def _acp(command: str) -> Callable[[], Harness]:
    def make() -> Harness:
        from mogplex_daemon.harness.acp.agents.registry import find_agent
        from mogplex_daemon.harness.acp.harness import AcpHarness

        return AcpHarness(find_agent(command))

    return make


def _acp_entry(command: str) -> HarnessEntry:
    """Any other agent that speaks the Agent Client Protocol. Raises UnknownHarness."""
    from mogplex_daemon.harness.acp.agents.registry import BadAgentCommand, find_agent

    try:
        agent = find_agent(command)
    except BadAgentCommand as error:
        raise UnknownHarness(str(error)) from error
    description = f"{agent.name}, over the Agent Client Protocol."
    return HarnessEntry(f"acp:{agent.name}", description, None, True, agent.capabilities, _acp(command))


def _init() -> Harness:
    from mogplex_daemon.harness.init.harness import InitHarness

    return InitHarness()


HARNESSES: dict[str, HarnessEntry] = {
    "demo": HarnessEntry(
        "offline demo",
        "Scripted agents review this folder by fixed rules; no model is called.",
        "offline-demo",
        False,
        frozenset(("pause", "steer")),
        _demo,
        runs_our_tools=True,
    ),
    OWN_LOOP: HarnessEntry(
        OWN_LOOP,
        "Mogplex's own agents on a model of your choice, at a provider or with your account.",
        None,
        True,
        frozenset(("pause", "steer", "model", "sub_agents", "cost", "resume")),
        _native,
        runs_our_tools=True,
        calls_models=True,
    ),
    "codex": HarnessEntry(
        "codex",
        "OpenAI's Codex, as it is installed on this machine.",
        None,
        True,
        frozenset(("pause", "steer", "model", "sub_agents", "resume")),
        _codex,
    ),
    "claude-code": HarnessEntry(
        "Claude Code",
        "Anthropic's Claude Code, as it is installed on this machine.",
        None,
        True,
        frozenset(("pause", "steer", "model", "sub_agents", "cost", "resume")),
        _claude_code,
    ),
    "acp:opencode": HarnessEntry(
        "opencode",
        "opencode, as it is installed on this machine, over the Agent Client Protocol.",
        None,
        True,
        frozenset(("pause", "steer", "model", "cost", "resume")),
        _acp("opencode"),
    ),
    "acp:gemini": HarnessEntry(
        "gemini",
        "Google's Gemini CLI, as it is installed on this machine, over the Agent Client Protocol.",
        None,
        True,
        frozenset(("pause", "steer", "model")),
        _acp("gemini"),
    ),
    "init": HarnessEntry(
        "init",
        "Drafts AGENTS.md and a review command from what lies in the folder; no model is called.",
        "no model",
        False,
        frozenset(("pause",)),
        _init,
        runs_our_tools=True,
    ),
}
