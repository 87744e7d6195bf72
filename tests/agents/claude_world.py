"""Claude Code under test: its program on PATH, a person's home with a config, and a model server on loopback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.agents import install
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.claude_server import MessagesServer
from tests.agents.script import MAIN, Run, Say, Script, Spawn
from tests.agents.served_world import ServedWorld, serving

PACKAGE = "@anthropic-ai/claude-code"
KEY = "sk-ant-loopback-0123456789abcdef"
SETTINGS = '{"permissions": {"allow": ["Bash", "Write", "Edit"]}, "env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}}'
"""A person's own settings: they allow everything, which must not count here."""


class ClaudeWorld(ServedWorld):
    """A home folder with a .claude in it."""

    def __init__(self, root: Path, server: MessagesServer | None) -> None:
        super().__init__(root, server)
        self.theirs = self.home / ".claude"
        self.theirs.mkdir()
        (self.theirs / "settings.json").write_text(SETTINGS)

    @property
    def environ(self) -> dict[str, str]:
        """For the run host."""
        return {
            "HOME": str(self.home),
            "PATH": f"{install.programs()}:{os.environ['PATH']}",
            "ANTHROPIC_BASE_URL": self.address,
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_MODEL": "claude-sonnet-4-5",
            "CLAUDE_CODE_MAX_RETRIES": "1",
        }


@contextmanager
def claude_world(root: Path, script: Script) -> Iterator[ClaudeWorld]:
    """A world with Claude Code in it; without a script its model server is not there."""
    install.install(PACKAGE)
    with serving(MessagesServer(script) if script else None) as server:
        yield ClaudeWorld(root, server)


def two_at_once(outside: Path) -> Script:
    """Calls of one agent are asked one after the other; those of two agents at the same time."""
    return {
        MAIN: [[Spawn("[first] begin"), Spawn("[second] begin")], [Say("Done.")]],
        "first": [[Run(f"touch {outside}/one")], [Say("Done.")]],
        "second": [[Run(f"touch {outside}/two")], [Say("Done.")]],
    }


CLAUDE_CODE = AgentUnderTest(
    "claude-code",
    install.pinned()[PACKAGE],
    claude_world,
    asks_all=True,
    scripts={"several": two_at_once},
)
