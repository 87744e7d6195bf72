"""Gemini CLI: `gemini --acp`. Its home of a run lies in the run's folder, with the person's login in it.

The folder counts as not trusted, so that settings, hooks, commands and MCP servers of the repository stay out and its
modes that ask less cannot be chosen.
"""

import json
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.harness.acp.agents.agent import Agent, BadAgentConfig, Environ, Surroundings
from mogplex_daemon.harness.acp.jsonc import without_comments

LOGIN = ("oauth_creds.json", "google_accounts.json", "gemini-credentials.json", "installation_id", ".env")
"""Files of a login, in the person's folder."""
ATTEMPTS = 3
"""How often it calls a model that fails; it tells nobody in the meantime."""


def prepare(around: Surroundings) -> Environ:
    """Write the private settings. Raises BadAgentConfig and OSError."""
    home = around.folder / "gemini"
    private = home / ".gemini"
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    theirs = (
        Path(around.environ.get("GEMINI_CLI_HOME") or around.environ.get("HOME") or Path.home()) / ".gemini"
    )
    for name in LOGIN:
        # Links, because a login is renewed in place: a renewed copy would log the person out elsewhere.
        if (theirs / name).exists() and not (private / name).is_symlink():
            (private / name).symlink_to((theirs / name).resolve())
    settings = private / "settings.json"
    settings.touch(mode=0o600)
    settings.write_text(
        json.dumps(private_settings(read_settings(theirs), around.environ), indent=2), "utf-8"
    )
    (private / "GEMINI.md").write_text(around.instructions, "utf-8")
    return {
        "GEMINI_CLI_HOME": str(home),
        # These count before all others, those of the repository included.
        "GEMINI_CLI_SYSTEM_SETTINGS_PATH": str(settings),
        "GEMINI_CLI_TRUST_WORKSPACE": "false",
        "GEMINI_CLI_NO_RELAUNCH": "true",
    }


def read_settings(folder: Path) -> dict[str, Any]:
    """The person's own settings; empty without any. Raises BadAgentConfig."""
    file = folder / "settings.json"
    try:
        found: object = json.loads(without_comments(file.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadAgentConfig(f"{file} cannot be read: {error}; mend it, gemini needs it too") from error
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def private_settings(theirs: dict[str, Any], environ: Any) -> dict[str, Any]:
    """The settings of the run's gemini: how the person logs in and their model, and ours."""
    auth = _section(_section(theirs, "security"), "auth")
    kind = auth.get("selectedType") or ("gemini-api-key" if environ.get("GEMINI_API_KEY") else None)
    return {
        "security": {
            "auth": {**auth, **({"selectedType": kind} if kind else {})},
            "folderTrust": {"enabled": True},
            "disableYoloMode": True,
        },
        **({"model": theirs["model"]} if isinstance(theirs.get("model"), dict) else {}),
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "general": {
            "enableAutoUpdate": False,
            "enableAutoUpdateNotification": False,
            "maxAttempts": ATTEMPTS,
            "checkpointing": {"enabled": False},
        },
    }


def _section(settings: dict[str, Any], name: str) -> dict[str, Any]:
    found: object = settings.get(name)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


GEMINI = Agent(
    name="gemini",
    argv=("gemini", "--acp"),
    capabilities=frozenset(("pause", "steer", "model")),
    install="install it with: npm install -g @google/gemini-cli",
    login="log in with: gemini, or set GEMINI_API_KEY",
    tested="0.61.0",
    prepare=prepare,
    asking_modes=("default",),
    takes_instructions=True,
    counts_finished_calls=True,
    resumes=False,
    no_servers="Gemini CLI connects to no server in a folder it does not trust, and here it trusts none",
    advice={"model_auth": "Check GEMINI_API_KEY, or log in with `gemini`."},
)
