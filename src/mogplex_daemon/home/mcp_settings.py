"""MCP servers as people write them: `[mcp_servers.NAME]` in config.toml."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from mogplex_contracts.base import Strict

LONGEST_NAME = 40
"""The name is part of what a model calls a tool by, and providers take 64 characters of that."""

_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_NAME}}}")


def _named(name: str) -> str:
    if not _NAME.fullmatch(name) or "__" in name:
        raise ValueError(
            f"must be of letters, digits, - and single _, at most {LONGEST_NAME}: it is part of rules, mcp:NAME/*"
        )
    return name


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address, https://…")
    return url


ServerName = Annotated[str, AfterValidator(_named)]
"""What rules and tools call a server."""


class McpServerSettings(Strict):
    """`[mcp_servers.NAME]`: a program that is started, or a web address; `enabled = false` alone excludes one."""

    command: str | None = Field(default=None, min_length=1)
    """The program: a name on PATH, an absolute path, or a path from `cwd`."""
    args: tuple[str, ...] = ()
    """Its arguments."""
    env: dict[str, str] = {}
    """Added to the few variables a server is started with; `${NAME}` is filled in from the environment."""
    cwd: str | None = None
    """Where it is started; the workspace when it is not said. A relative one begins there."""
    url: Annotated[str, AfterValidator(_web_address)] | None = None
    """Where it listens: streamable HTTP, or server-sent events when the path ends in /sse."""
    headers: dict[str, str] = {}
    """Sent with every request; `${NAME}` is filled in from the environment."""
    enabled: bool = True
    """Whether runs use it."""
    startup_timeout: float = Field(default=30, gt=0, le=600)
    """Seconds until a server that does not answer is given up."""
    tool_timeout: float = Field(default=300, gt=0, le=24 * 3600)
    """Seconds until a call that is not answered is given up."""

    @model_validator(mode="after")
    def _one_way(self) -> "McpServerSettings":
        if self.command and self.url:
            raise ValueError("has command and url: keep one, a server is a program or a web address")
        if not self.command and not self.url and self.enabled:
            raise ValueError('says neither command = "…" nor url = "https://…"')
        if self.url and (self.args or self.env or self.cwd):
            raise ValueError("has a url, so args, env and cwd mean nothing: take them out")
        if self.headers and not self.url:
            raise ValueError("has headers, which only a url can be sent: use env for a program")
        return self

    @property
    def is_exclusion(self) -> bool:
        """Whether it only switches off a server that is configured elsewhere."""
        return not self.command and not self.url
