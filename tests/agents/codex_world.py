"""codex under test: its program on PATH, a person's home with a login, and a model server on loopback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.agents import install
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.responses_server import ResponsesServer
from tests.agents.script import Script

PACKAGE = "@openai/codex"
KEY_NAME, KEY = "LOOPBACK_KEY", "sk-loopback-0123456789abcdef"
CONFIG = """\
model = "fake-1"
model_provider = "loopback"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.loopback]
name = "Loopback"
base_url = "{url}"
env_key = "{key}"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
stream_idle_timeout_ms = 20000

[mcp_servers.theirs]
command = "false"
"""
"""A person's own config: the model and its provider are taken over, and nothing else."""
REFUSED = "http://127.0.0.1:9/v1"
"""Where nothing listens."""


class CodexWorld:
    """A home folder with a .codex in it."""

    def __init__(self, root: Path, server: ResponsesServer | None) -> None:
        self.home = root / "person"
        self.server = server
        self.theirs = self.home / ".codex"
        self.theirs.mkdir(parents=True)
        url = server.url if server else REFUSED
        (self.theirs / "config.toml").write_text(CONFIG.format(url=url, key=KEY_NAME))
        (self.theirs / "auth.json").write_text('{"OPENAI_API_KEY": null}')

    @property
    def environ(self) -> dict[str, str]:
        """For the run host."""
        return {
            "HOME": str(self.home),
            "PATH": f"{install.programs()}:{os.environ['PATH']}",
            KEY_NAME: KEY,
        }

    def models(self) -> list[str]:
        """The model of each request so far."""
        return [] if self.server is None else self.server.models()

    def heard(self) -> str:
        """What the model was given last."""
        return "" if self.server is None else self.server.said_to_model()

    def wait_held(self) -> None:
        """Wait until an answer is held."""
        assert self.server is not None
        assert self.server.held.wait(30)

    def release(self) -> None:
        """Let held answers come."""
        assert self.server is not None
        self.server.release.set()


@contextmanager
def codex_world(root: Path, script: Script) -> Iterator[CodexWorld]:
    """A world with codex in it; without a script its model server is not there."""
    install.install(PACKAGE)
    if not script:
        yield CodexWorld(root, None)
        return
    with ResponsesServer(script).running() as server:
        yield CodexWorld(root, server)


CODEX = AgentUnderTest("codex", install.pinned()[PACKAGE], codex_world)
