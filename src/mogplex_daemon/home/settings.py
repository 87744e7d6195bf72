"""Settings: built-in defaults, then `$MOGPLEX_HOME/config.toml`, then `./.mogplex/config.toml`.

A file that is malformed is named with its place and left out as a whole; the others still hold.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field, ValidationError

from mogplex_contracts.base import Strict
from mogplex_contracts.events.run import Limits
from mogplex_contracts.vocabulary import Risk
from mogplex_daemon.home.paths import Home

LONGEST_TIMEOUT_SECONDS = 366 * 24 * 3600


class RunSettings(Strict):
    """`[runs]`."""

    on_quit: Literal["detach", "kill"] = "detach"
    """What becomes of a local run when its cockpit quits."""
    keep: int = Field(default=200, ge=0)
    """How many ended runs the daemon keeps on disk; the oldest go first."""
    harness: str | None = None
    """The harness of a new run when none is named."""


class ApprovalSettings(Strict):
    """`[approvals]`."""

    timeout: dict[Risk, Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT_SECONDS)]] = {}
    """Seconds until an unanswered approval expires, by risk; a risk that is not named waits without limit."""


class UiSettings(Strict):
    """`[ui]`."""

    animations: bool = True
    """Whether working agents move."""
    attention: bool = True
    """Whether the terminal rings and its title counts when a run waits, fails or ends."""
    theme: str | None = None
    """Name of the colour theme."""


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


class Settings(Strict):
    """All of config.toml."""

    runs: RunSettings = RunSettings()
    approvals: ApprovalSettings = ApprovalSettings()
    ui: UiSettings = UiSettings()
    limits: LimitSettings = LimitSettings()
    notify: NotifySettings = NotifySettings()
    slash_commands: SlashCommandSettings = SlashCommandSettings()


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and what was wrong with the files they come from, a line each."""

    settings: Settings
    problems: tuple[str, ...] = ()


def load_settings(home: Home, workspace: Path) -> LoadedSettings:
    """Read both layers. Never raises."""
    merged: dict[str, Any] = {}
    problems: list[str] = []
    for path in (home.config, workspace / ".mogplex" / "config.toml"):
        layer, problem = _read(path)
        if problem:
            problems.append(problem)
        else:
            merged = _merge(merged, layer)
    return LoadedSettings(Settings.model_validate(merged), tuple(problems))


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """The valid content of one layer, or what is wrong with it."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        Settings.model_validate(content)
    except FileNotFoundError:
        return {}, ""
    except NotADirectoryError:
        return {}, ""
    except tomllib.TOMLDecodeError as error:
        return {}, f"{path}: {error}; mend it, until then this file is left out"
    except UnicodeDecodeError:
        return {}, f"{path}: not UTF-8 text; save it as UTF-8, until then this file is left out"
    except OSError as error:
        return {}, f"{path}: cannot be read ({error.strerror}); this file is left out"
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return {}, f"{path}: {place}: {first['msg']}; mend it, until then this file is left out"
    return content, ""


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `under`, table by table."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merge(cast(dict[str, Any], below), cast(dict[str, Any], value))
        else:
            merged[key] = value
    return merged
