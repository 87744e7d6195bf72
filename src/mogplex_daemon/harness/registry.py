"""The harnesses by name. A new one is one file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from mogplex_contracts.vocabulary import Capability
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
    calls_models: bool = False
    """Whether it calls models itself, at the providers of config.toml and the environment."""


class UnknownHarness(LookupError):
    """There is no harness of this name; the message lists those that there are."""


def find_harness(spec: str) -> HarnessEntry:
    """The entry named `spec`, as `--harness` gives it. Raises UnknownHarness."""
    entry = HARNESSES.get(spec.strip().lower())
    if entry is None:
        names = ", ".join(HARNESSES)
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
    ),
    "native": HarnessEntry(
        "native",
        "Mogplex's own agents on a model of your choice, at a provider or with your account.",
        None,
        True,
        frozenset(("pause", "steer", "model", "sub_agents", "cost", "resume")),
        _native,
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
    "init": HarnessEntry(
        "init",
        "Drafts AGENTS.md and a review command from what lies in the folder; no model is called.",
        "no model",
        False,
        frozenset(("pause",)),
        _init,
    ),
}
