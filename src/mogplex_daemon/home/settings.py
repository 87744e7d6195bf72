"""Settings: built-in defaults, `$MOGPLEX_HOME/config.toml`, `./.mogplex/config.toml`, the environment, flags.

A key that is unknown, or a value that is wrong, is named with its place and loses only itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from mogplex_contracts.base import Strict
from mogplex_contracts.events.run import Limits
from mogplex_contracts.vocabulary import Risk
from mogplex_daemon.home.mcp_settings import McpServerSettings, ServerName
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.settings_bounds import within_bounds
from mogplex_daemon.home.settings_environ import Theme, read_environ
from mogplex_daemon.home.settings_file import Layer, read_layer

LONGEST_TIMEOUT_SECONDS = 366 * 24 * 3600


KeyList = str | tuple[str, ...]
"""Keys as people write them, `ctrl+o` or `["up", "k"]`; an empty one takes the key away."""


class RunSettings(Strict):
    """`[runs]`."""

    on_quit: Literal["detach", "kill"] = "detach"
    """What becomes of a local run when its cockpit quits."""
    keep: int = Field(default=200, ge=0)
    """How many ended runs the daemon keeps on disk; the oldest go first."""
    harness: str | None = None
    """The harness of a new run when none is named."""
    worktree: bool = False
    """Whether each run works in a git worktree of its own, `$MOGPLEX_HOME/worktrees/<run-id>`."""


class ApprovalSettings(Strict):
    """`[approvals]`."""

    timeout: dict[Risk, Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT_SECONDS)]] = {}
    """Seconds until an unanswered approval expires, by risk; a risk that is not named waits without limit."""


class SandboxSettings(Strict):
    """`[sandbox]`."""

    mode: Literal["workspace-write", "danger-full-access"] | None = None
    """What commands of a run may touch; None for what the permission mode says: `auto` gives full access."""
    network: bool = False
    """Whether confined commands may use the network."""
    writable: tuple[str, ...] = ()
    """Further folders they may write to: absolute, or below `~`."""
    local_sockets: bool = False
    """Whether they may use unix sockets."""


class UiSettings(Strict):
    """`[ui]`."""

    animations: bool = True
    """Whether working agents move."""
    attention: bool = True
    """Whether the terminal rings and its title counts when a run waits, fails or ends."""
    theme: Theme | None = None
    """The colours of the cockpit; None for what suits the terminal."""


class NotifySettings(Strict):
    """`[notify]`."""

    command: tuple[str, ...] = ()
    """Program and arguments to run when a run waits for a person, fails or ends; the message comes last."""


class LimitSettings(Strict):
    """`[limits]`."""

    max_cost_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Ceiling of a run in US dollars."""
    max_tokens: int | None = Field(default=None, gt=0)
    """Ceiling of a run in tokens."""
    max_steps: int | None = Field(default=None, gt=0)
    """Ceiling of a run in model calls."""
    warn_at: float = Field(default=0.8, gt=0, le=1)
    """Fraction of a ceiling at which a warning is raised."""

    def as_limits(self) -> Limits:
        """The same as it stands in events."""
        return Limits(**self.model_dump())


class SlashCommandSettings(Strict):
    """`[slash_commands]`."""

    disabled: tuple[str, ...] = ()
    """Names that lead nowhere, built in or not."""
    extra_dirs: tuple[str, ...] = ()
    """Further folders of a person's commands; relative ones lie in the project."""
    aliases: dict[str, str] = {}
    """Further names, and the command each leads to."""


class NativeSettings(Strict):
    """`[native]`: Mogplex's own agent loop."""

    model: str | None = Field(default=None, min_length=1)
    """The model of a run that names none."""
    compact_at: float = Field(default=0.8, ge=0.1, le=1)
    """How full the context may become before what was said first is summed up: a fraction of the window."""
    retries: int = Field(default=6, ge=0, le=100)
    """How often one model call is tried again before the run ends."""


class ProviderSettings(Strict):
    """`[providers.<name>]`: somewhere models can be called, or another address of one that is known."""

    base_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Where its API begins, such as `http://127.0.0.1:11434/v1`."""
    protocol: Literal["openai", "anthropic"] | None = None
    """What it speaks: chat completions, or Anthropic's messages."""
    api_key_env: str | None = Field(default=None, min_length=1)
    """The environment variable its credential is in; the credential itself has no place in a file."""
    model: str | None = Field(default=None, min_length=1)
    """The model of a run that names none."""


class ModelSettings(Strict):
    """`[models."<name>"]`: what is known of a model, before what a price list says. US dollars a million tokens."""

    context_window: int | None = Field(default=None, gt=0)
    """Tokens that fit."""
    input_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Price of what it reads."""
    output_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Price of what it writes."""
    cache_read_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Price of what it reads from the cache."""
    cache_write_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Price of what is put into the cache."""


class CodexSettings(Strict):
    """`[agents.codex]`."""

    asks: Literal["on-request", "untrusted"] = "on-request"
    """When codex asks in the mode `approval`: for what leads out of its sandbox, or for every patch and command."""


class AgentSettings(Strict):
    """`[agents]`."""

    codex: CodexSettings = CodexSettings.blank()

    patience: float = Field(default=60, gt=0, le=LONGEST_TIMEOUT_SECONDS)
    """Seconds an agent may try to reach its model, or leave us without an answer, until its run is given up; its start
    may take 30 s however short this is."""


class Settings(Strict):
    """All of config.toml."""

    runs: RunSettings = RunSettings.blank()
    approvals: ApprovalSettings = ApprovalSettings.blank()
    sandbox: SandboxSettings = SandboxSettings.blank()
    ui: UiSettings = UiSettings.blank()
    limits: LimitSettings = LimitSettings.blank()
    notify: NotifySettings = NotifySettings.blank()
    agents: AgentSettings = AgentSettings.blank()
    slash_commands: SlashCommandSettings = SlashCommandSettings.blank()
    native: NativeSettings = NativeSettings.blank()
    providers: dict[str, ProviderSettings] = {}
    models: dict[str, ModelSettings] = {}
    keys: dict[str, KeyList | dict[str, KeyList]] = {}
    """`[keys]`: actions by name, or by context and name, to the keys that lead to them."""
    mcp_servers: dict[ServerName, McpServerSettings] = {}
    """`[mcp_servers.NAME]`: the person's own MCP servers."""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and what was wrong with where they come from, a line each."""

    settings: Settings
    problems: tuple[str, ...] = ()
    project_mcp_servers: Mapping[str, McpServerSettings] = field(default_factory=dict[str, McpServerSettings])
    """What the project brings along; kept apart, because it must not change a server of the person's own."""


def load_settings(
    home: Home,
    workspace: Path,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> LoadedSettings:
    """Every layer on top of the one before: defaults, user, project, environment, flags. Never raises.

    `flags` is nested as the settings are; a value of None there says nothing.
    """
    user = read_layer(home.config, Settings)
    project_file = workspace / ".mogplex" / "config.toml"
    project = within_bounds(project_file, read_layer(project_file, Settings), user.values)
    own = {key: value for key, value in project.values.items() if key != "mcp_servers"}
    servers = _checked({"mcp_servers": project.values.get("mcp_servers", {})}).mcp_servers
    from_environ = read_environ(environ or {})
    merged: dict[str, Any] = {}
    for layer in (user, Layer(own), from_environ, Layer(_said(flags or {}))):
        merged = merge(merged, layer.values)
    problems = (*user.problems, *project.problems, *from_environ.problems)
    return LoadedSettings(_checked(merged), problems, servers)


def _checked(values: Mapping[str, Any]) -> Settings:
    """The settings of these values. Where nothing is said there is no need of a validator, which takes its time."""
    return Settings.model_validate(values) if any(values.values()) else Settings.blank()


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `under`, table by table."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge(cast("dict[str, Any]", below), cast("dict[str, Any]", value))
        else:
            merged[key] = value
    return merged


def _said(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Without what no flag says."""
    return {
        table: {key: value for key, value in keys.items() if value is not None}
        for table, keys in flags.items()
    }
