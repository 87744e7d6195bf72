"""codex under test: its program on PATH, a person's home with a login, and a model server on loopback."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.agents import install
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.responses_server import ResponsesServer
from tests.agents.script import Script
from tests.agents.served_world import ServedWorld, serving

PACKAGE = "@openai/codex"
KEY_NAME, KEY = "LOOPBACK_KEY", "sk-loopback-0123456789abcdef"
CONFIG = """\
model = "fake-1"
model_provider = "loopback"
model_catalog_json = "catalog.json"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.loopback]
name = "Loopback"
base_url = "{url}"
env_key = "{key}"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
stream_idle_timeout_ms = 120000

[mcp_servers.theirs]
command = "false"
"""
"""A person's own config: the model and its provider are taken over, and nothing else."""
MODELS = ("fake-1", "fake-2")
DESCRIBED = "gpt-5.5"


class CodexWorld(ServedWorld):
    """A home folder with a .codex in it."""

    def __init__(self, root: Path, server: ResponsesServer | None) -> None:
        super().__init__(root, server)
        self.theirs = self.home / ".codex"
        self.theirs.mkdir()
        (self.theirs / "config.toml").write_text(CONFIG.format(url=f"{self.address}/v1", key=KEY_NAME))
        (self.theirs / "catalog.json").write_text(json.dumps({"models": catalog()}))
        (self.theirs / "auth.json").write_text(json.dumps({"OPENAI_API_KEY": "sk-loopback-unused"}))

    @property
    def environ(self) -> dict[str, str]:
        """For the run host."""
        return {
            "HOME": str(self.home),
            "PATH": f"{install.programs()}:{os.environ['PATH']}",
            KEY_NAME: KEY,
        }


@cache
def catalog() -> tuple[dict[str, Any], ...]:
    """What codex is told of the models here: what it knows of one of its own, without what needs its provider."""
    with tempfile.TemporaryDirectory() as home:
        shown = subprocess.run(
            (install.programs() / "codex", "debug", "models"),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "HOME": home, "CODEX_HOME": home},
        )
    known = next(model for model in json.loads(shown.stdout)["models"] if model["slug"] == DESCRIBED)
    return tuple(
        known
        | {
            "slug": name,
            "display_name": name,
            "base_instructions": "You are a coding agent.",
            "supports_search_tool": False,
        }
        for name in MODELS
    )


@contextmanager
def codex_world(root: Path, script: Script) -> Iterator[CodexWorld]:
    """A world with codex in it; without a script its model server is not there."""
    install.install(PACKAGE)
    with serving(ResponsesServer(script) if script else None) as server:
        yield CodexWorld(root, server)


CODEX = AgentUnderTest("codex", install.pinned()[PACKAGE], codex_world)
