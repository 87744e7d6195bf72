"""How `claude` is started: its own config for each run, and nothing of the user's but the way to sign in."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from mogplex_daemon.harness.agents.mcp_servers import for_claude_code
from mogplex_daemon.harness.base import AgentCommand, McpServerSpec

PROGRAM = "claude"
INSTALL = "install it with `npm install -g @anthropic-ai/claude-code`, or start with another --harness"
CREDENTIALS = ".credentials.json"

QUIET: Mapping[str, str] = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_AUTOUPDATER": "1",
}
"""It talks to its model and to nobody else, and never changes itself."""

BEHAVIOUR: Mapping[str, str | None] = {
    "CLAUDE_CODE_ENTRYPOINT": "mogplex",
    # Tells when it has nothing more to do, which the end of one prompt does not.
    "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1",
    # A run ends with its turn: what went on in the background would be ended with it, half done.
    "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
    # Set when a person starts Mogplex from a terminal of Claude Code; it would refuse to start inside itself.
    "CLAUDECODE": None,
}

ARGUMENTS = (
    "-p", "--verbose",
    "--input-format", "stream-json", "--output-format", "stream-json",
    "--include-partial-messages", "--forward-subagent-text",
    # Everything is asked, whatever the mode of the run: our rules decide, and every decision is journaled.
    "--permission-prompt-tool", "stdio", "--permission-mode", "default",
    # Allow rules in anybody's settings would decide before we are asked.
    "--setting-sources=", "--strict-mcp-config",
)  # fmt: skip


def agent_command(
    folder: Path,
    environ: Mapping[str, str],
    *,
    model: str | None,
    resume: str | None,
    servers: Path | None = None,
) -> AgentCommand:
    """The command for one `claude` process of a run. `resume` is the session it goes on with;
    `servers` is the file that names its MCP servers.

    `folder` is the harness's own of this run, `environ` the environment of the host.
    """
    arguments = [PROGRAM, *ARGUMENTS]
    if model:
        arguments += ["--model", model]
    if resume:
        arguments += ["--resume", resume]
    if servers is not None:
        arguments += ["--mcp-config", str(servers)]
    return AgentCommand(tuple(arguments), environment(folder, environ))


def environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str | None]:
    """What is set over the environment of the host. Keys of the user's environment pass as they are."""
    signed_in = environ.get("CLAUDE_SECURESTORAGE_CONFIG_DIR", environ.get("CLAUDE_CONFIG_DIR", ""))
    return {
        **QUIET,
        **BEHAVIOUR,
        "CLAUDE_CONFIG_DIR": str(folder / "config"),
        "CLAUDE_CODE_TMPDIR": str(temporary(folder)),
        # Where the sign-in is kept, also in the keychain of macOS, whose entry is named after this folder.
        "CLAUDE_SECURESTORAGE_CONFIG_DIR": signed_in,
    }


def is_kept(folder: Path, session_id: str) -> bool:
    """Whether the program has written down a session, which it does a moment after it began: only then can it go on."""
    # Its id is compared, not looked for: what an agent calls itself may be no pattern.
    for path in (folder / "config" / "projects").glob("*/*.jsonl"):
        if path.stem == session_id:
            with suppress(OSError):
                return b'"type":"user"' in path.read_bytes()
    return False


def prepare(folder: Path, environ: Mapping[str, str]) -> None:
    """Make the private folders, and lead to the user's sign-in from them. Raises OSError.

    The sign-in is linked, not copied: a token that is renewed here must be the renewed one everywhere.
    """
    for each in (folder / "config", temporary(folder)):
        each.mkdir(mode=0o700, exist_ok=True)
    theirs = user_config(environ) / CREDENTIALS
    ours = folder / "config" / CREDENTIALS
    if theirs.is_file() and not ours.is_symlink():
        with suppress(FileExistsError):
            ours.symlink_to(theirs)


def write_servers(folder: Path, servers: Sequence[McpServerSpec], workspace: Path) -> Path | None:
    """The file that names the MCP servers, 0600 as it may hold secrets; None without any. Raises OSError."""
    if not servers:
        return None
    path = folder / "mcp.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(for_claude_code(servers, workspace)), "utf-8")
    return path


def temporary(folder: Path) -> Path:
    """Where it keeps what it needs for a while, such as the output of the commands that run."""
    return folder / "tmp"


def user_config(environ: Mapping[str, str]) -> Path:
    """The folder where the user's own Claude Code keeps its config."""
    named = environ.get("CLAUDE_CONFIG_DIR")
    return Path(named) if named else Path(environ.get("HOME") or "~").expanduser() / ".claude"
