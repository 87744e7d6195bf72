"""opencode and Gemini CLI under test: each on PATH, a person's home with a config, and a model server on loopback."""

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.agents import install
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.chat_server import ChatServer
from tests.agents.gemini_server import GeminiServer
from tests.agents.script import MAIN, Script, Status
from tests.agents.scripted_server import ScriptedServer
from tests.agents.served_world import REFUSED, ServedWorld, serving

OPENCODE_CONFIG = """\
{
  // A person's own config: the model and its provider count, and nothing else.
  "model": "loopback/fake-1",
  "small_model": "loopback/fake-1",
  "permission": {"*": "allow"},
  "mcp": {"theirs": {"type": "local", "command": ["false"]}},
  "provider": {
    "loopback": {
      "npm": "@ai-sdk/openai-compatible",
      "options": {"baseURL": "@@/v1", "apiKey": "{env:LOOPBACK_KEY}"},
      "models": {
        "fake-1": {"tool_call": true, "limit": {"context": 100000, "output": 8000}, "cost": {"input": 3, "output": 15}},
        "fake-2": {"tool_call": true, "limit": {"context": 100000, "output": 8000}},
      },
    },
  },
}
"""
GEMINI_SETTINGS = {
    "security": {"auth": {"selectedType": "gemini-api-key"}},
    "tools": {"allowed": ["run_shell_command"]},
    "mcpServers": {"theirs": {"command": "false"}},
}


class AcpWorld(ServedWorld):
    """A home folder with an agent's config in it."""

    def __init__(self, root: Path, server: ScriptedServer | None, **environ: str) -> None:
        super().__init__(root, server)
        self._environ = environ

    @property
    def environ(self) -> dict[str, str]:
        """For the run host."""
        return {
            "HOME": str(self.home),
            "PATH": f"{install.programs()}:{os.environ['PATH']}",
            "LOOPBACK_KEY": "sk-loopback-0123456789abcdef",
            **self._environ,
        }


@contextmanager
def opencode_world(root: Path, script: Script) -> Generator[AcpWorld]:
    """A world with opencode in it; without a script its model server is not there."""
    install.install("opencode-ai")
    with serving(ChatServer(script) if script else None) as server:
        world = AcpWorld(root, server)
        folder = world.home / ".config" / "opencode"
        folder.mkdir(parents=True)
        (folder / "opencode.jsonc").write_text(OPENCODE_CONFIG.replace("@@", world.address))
        login = world.home / ".local/share/opencode"
        login.mkdir(parents=True)
        (login / "auth.json").write_text("{}")
        yield world


@contextmanager
def gemini_world(root: Path, script: Script) -> Generator[AcpWorld]:
    """A world with Gemini CLI in it; without a script its model server is not there."""
    install.install("@google/gemini-cli")
    with serving(GeminiServer(script) if script else None) as server:
        url = server.address if server else REFUSED
        world = AcpWorld(root, server, GEMINI_API_KEY="sk-loopback-0123456789", GOOGLE_GEMINI_BASE_URL=url)
        (world.home / ".gemini").mkdir()
        (world.home / ".gemini" / "settings.json").write_text(json.dumps(GEMINI_SETTINGS))
        yield world


NOT_HERE = frozenset(
    (
        # Over this protocol another model works from the next turn on.
        "model",
        # Both ask for one thing after the other.
        "several",
    )
)
OPENCODE = AgentUnderTest(
    "acp:opencode",
    install.pinned()["opencode-ai"],
    opencode_world,
    leaves_out=NOT_HERE,
    asks_all=True,
    # It tells what the server said, and not the status.
    scripts={"refused-credential": lambda outside: {MAIN: [[Status(401, "401: Incorrect API key")]]}},
)
GEMINI = AgentUnderTest(
    "acp:gemini",
    install.pinned()["@google/gemini-cli"],
    gemini_world,
    # It tells no output and no exit code of commands, writes nothing outside its folder, says nothing of a cut, and
    # takes more than a minute until it gives a refused connection up.
    leaves_out=NOT_HERE | {"tool", "reject-patch", "cut-once", "refused-connection"},
    asks_all=True,
)
"""What they leave out and can be shown otherwise is shown in test_acp_program.py."""
