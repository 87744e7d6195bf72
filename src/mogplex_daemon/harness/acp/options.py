"""The models and modes a session offers, and how one is chosen. Pure.

Newer agents have options of a category, older ones a list of modes and a list of models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mogplex_daemon.harness.agents.reading import Object, as_object, as_objects, as_text


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen."""

    current: str
    values: tuple[str, ...]
    option: str | None
    """The id of the option; None for an agent with the older way."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a session offers."""

    model: Choice | None = None
    mode: Choice | None = None


def read_offer(session: Object) -> Offer:
    """What the answer to session/new, load or resume offers."""
    options = as_objects(session.get("configOptions"))
    models, modes = as_object(session.get("models")), as_object(session.get("modes"))
    return Offer(
        _option(options, "model") or _list(models, "currentModelId", "availableModels", "modelId"),
        _option(options, "mode") or _list(modes, "currentModeId", "availableModes", "id"),
    )


def choose_model(choice: Choice, session_id: str, model: str) -> tuple[str, Mapping[str, Any]]:
    """The call that switches the model."""
    if choice.option is not None:
        return _set_option(choice.option, session_id, model)
    return "session/set_model", {"sessionId": session_id, "modelId": model}


def choose_mode(choice: Choice, session_id: str, mode: str) -> tuple[str, Mapping[str, Any]]:
    """The call that switches the mode."""
    if choice.option is not None:
        return _set_option(choice.option, session_id, mode)
    return "session/set_mode", {"sessionId": session_id, "modeId": mode}


def find_model(choice: Choice, wanted: str) -> str | None:
    """The agent's name of a model: the same, or the only one that ends so behind a slash. None when there is none."""
    if wanted in choice.values:
        return wanted
    ending = [value for value in choice.values if value.endswith(f"/{wanted}")]
    return ending[0] if len(ending) == 1 else None


def asking_mode(choice: Choice, names: Sequence[str]) -> str | None:
    """The first of these modes that the agent has."""
    return next((name for name in names if name in choice.values), None)


def _option(options: Sequence[Object], category: str) -> Choice | None:
    for each in options:
        if each.get("category") == category and each.get("type", "select") == "select":
            values = [as_text(value.get("value")) for value in _flat(each.get("options"))]
            return Choice(
                as_text(each.get("currentValue")), tuple(filter(None, values)), as_text(each.get("id"))
            )
    return None


def _flat(options: object) -> list[Object]:
    """The values of an option, also of one whose values stand in groups."""
    found: list[Object] = []
    for each in as_objects(options):
        found += as_objects(each["options"]) if "options" in each else [each]
    return found


def _list(offered: Object, current: str, available: str, name: str) -> Choice | None:
    values = tuple(filter(None, (as_text(each.get(name)) for each in as_objects(offered.get(available)))))
    return Choice(as_text(offered.get(current)), values, None) if values else None


def _set_option(option: str, session_id: str, value: str) -> tuple[str, Mapping[str, Any]]:
    return "session/set_config_option", {"sessionId": session_id, "configId": option, "value": value}
