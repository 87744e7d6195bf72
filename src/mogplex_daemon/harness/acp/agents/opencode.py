"""opencode: `opencode acp`. Its config, data and caches of a run lie in the run's folder.

Of the person's config the model and its providers count; their permissions, plugins, agents and MCP servers stay
out, and so do those of the repository: what opencode asks for is not theirs to say.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.harness.acp.agents.agent import Agent, BadAgentConfig, Environ, Surroundings
from mogplex_daemon.harness.acp.jsonc import without_comments

TAKEN_OVER = ("model", "small_model", "provider", "disabled_providers", "enabled_providers")
"""What of the person's config counts."""
CONFIGS = ("config.json", "opencode.json", "opencode.jsonc")
"""The files of a person's config; later ones win."""
SHARED_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
}
"""Where opencode keeps its things, and where those lie when the variable is not set."""
PERMISSION = {
    "*": "ask",
    "read": "allow",
    "glob": "allow",
    "grep": "allow",
    "list": "allow",
    "lsp": "allow",
    "skill": "allow",
    "todowrite": "allow",
    "todoread": "allow",
    "external_directory": "ask",
    # Agents of its own ask nobody over this protocol, and wait for ever.
    "task": "deny",
    "question": "deny",
}
"""What opencode asks for, in both modes of a run: our rules answer. Reading inside the folder needs no answer."""
OWN_NAMES = frozenset(
    (
        "apply_patch",
        "doom_loop",
        "external_directory",
        "plan_enter",
        "plan_exit",
        "workflow_tool_approval",
    )
)
"""Names of its own that look like those of a server's tools."""
RELATIVE_FILE = re.compile(r"\{file:(?![/~])(?:\./)?([^}]+)\}")
"""A reference to a file beside the config."""


def prepare(around: Surroundings) -> Environ:
    """Write the private config. Raises BadAgentConfig and OSError."""
    places: dict[str, str | None] = {}
    for variable, usual in SHARED_FOLDERS.items():
        theirs = Path(around.environ.get(variable) or home_of(around) / usual)
        place = around.folder / variable.removeprefix("XDG_").removesuffix("_HOME").lower()
        _stand_in(place, theirs)
        (place / "opencode").mkdir(mode=0o700, exist_ok=True)
        places[variable] = str(place)
    config = around.folder / "config" / "opencode"
    instructions = around.folder / "instructions.md"
    instructions.write_text(around.instructions, "utf-8")
    theirs = read_config(around)
    ours = private_config(theirs, (str(instructions),) if around.instructions else ())
    file = config / "opencode.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(ours, indent=2, ensure_ascii=False), "utf-8")
    login = (
        Path(around.environ.get("XDG_DATA_HOME") or home_of(around) / ".local/share") / "opencode/auth.json"
    )
    link = around.folder / "data" / "opencode" / "auth.json"
    # A link, because opencode renews a login in place: a renewed copy would log the person out elsewhere.
    if login.exists() and not link.is_symlink():
        link.symlink_to(login.resolve())
    return {
        **places,
        # It fetches a package for plugins into its config folder; npm's cache is the person's.
        "npm_config_cache": str(around.folder / "npm"),
        "OPENCODE_CONFIG": None,
        "OPENCODE_CONFIG_DIR": None,
        "OPENCODE_CONFIG_CONTENT": None,
        "OPENCODE_PERMISSION": json.dumps(PERMISSION),
        "OPENCODE_DISABLE_PROJECT_CONFIG": "1",
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_SHARE": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
        "OPENCODE_DISABLE_TERMINAL_TITLE": "1",
    }


def home_of(around: Surroundings) -> Path:
    """The person's home folder."""
    return Path(around.environ.get("HOME") or Path.home())


def read_config(around: Surroundings) -> dict[str, Any]:
    """The person's own config, all its files together; empty without any. Raises BadAgentConfig."""
    folder = Path(around.environ.get("XDG_CONFIG_HOME") or home_of(around) / ".config") / "opencode"
    named = around.environ.get("OPENCODE_CONFIG")
    files = [*(folder / name for name in CONFIGS), *([Path(named)] if named else [])]
    found: dict[str, Any] = {}
    for file in files:
        try:
            text = file.read_text("utf-8")
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise BadAgentConfig(f"{file} cannot be read: {error}; mend it, opencode needs it too") from error
        found |= parse_config(text, file)
    return found


def parse_config(text: str, file: Path) -> dict[str, Any]:
    """What of a config counts. Files it names relative to itself are named whole. Raises BadAgentConfig."""
    whole = RELATIVE_FILE.sub(lambda match: f"{{file:{file.parent / match[1]}}}", text)
    try:
        config: object = json.loads(without_comments(whole))
    except ValueError as error:
        raise BadAgentConfig(f"{file} is no JSON: {error}; mend it, opencode needs it too") from error
    if not isinstance(config, dict):
        raise BadAgentConfig(f"{file} is no JSON object; mend it, opencode needs it too")
    theirs = cast("dict[str, Any]", config)
    return {key: theirs[key] for key in TAKEN_OVER if key in theirs}


def private_config(theirs: Mapping[str, Any], instructions: tuple[str, ...]) -> dict[str, Any]:
    """The config of the run's opencode."""
    return {
        **theirs,
        "autoupdate": False,
        "share": "disabled",
        "snapshot": False,
        "permission": PERMISSION,
        "default_agent": "build",
        "instructions": list(instructions),
    }


def is_preliminary(raw_input: Mapping[str, Any]) -> bool:
    """opencode asks for a folder outside first, and then for the write or the command itself."""
    return "parentDir" in raw_input or "directories" in raw_input


def remote_name(title: str, servers: Sequence[str]) -> tuple[str, str] | None:
    """opencode calls a tool `<server>_<tool>`. Where two servers could be meant, none is."""
    found = [name for name in servers if title.startswith(f"{name}_") and len(title) > len(name) + 1]
    if title in OWN_NAMES or len(found) != 1:
        return None
    return found[0], title.removeprefix(f"{found[0]}_")


def _stand_in(place: Path, theirs: Path) -> None:
    """A folder that looks like `theirs` to every program but opencode."""
    place.mkdir(mode=0o700, exist_ok=True)
    if not theirs.is_dir():
        return
    for entry in theirs.iterdir():
        link = place / entry.name
        if entry.name != "opencode" and not link.is_symlink():
            link.symlink_to(entry)


OPENCODE = Agent(
    name="opencode",
    argv=("opencode", "acp", "--print-logs", "--log-level", "ERROR"),
    capabilities=frozenset(("pause", "steer", "model", "cost", "resume")),
    install="install it with: npm install -g opencode-ai",
    login="log in with: opencode auth login",
    tested="1.18.33",
    prepare=prepare,
    asking_modes=("build",),
    takes_instructions=True,
    is_preliminary=is_preliminary,
    remote_name=remote_name,
    error_line=re.compile(r'level=ERROR .*message="stream error".* error\.error="(?:AI_\w+: )?(.*)"'),
    begins_anew=True,
    usage_of_last_call=True,
    advice={"model_auth": "Log in with `opencode auth login`, or check the provider's key in opencode.json."},
)
