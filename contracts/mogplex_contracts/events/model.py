"""Which model works."""

from typing import Literal

from mogplex_contracts.envelope import EventBase


class ModelChanged(EventBase):
    """A person (or a rule) switched the model."""

    type: Literal["model_changed"] = "model_changed"
    to: str
    """The model from now on."""
    from_model: str | None = None
    """The model until now."""
    agent_id: str | None = None
    """Whose model; null for the whole run's."""
    reason: str = ""
    """Why."""


class ModelRouted(EventBase):
    """The harness chose another model by itself."""

    type: Literal["model_routed"] = "model_routed"
    to: str
    """The model from now on."""
    from_model: str | None = None
    """The model until now."""
    agent_id: str | None = None
    """Whose model; null for the whole run's."""
    reason: str = ""
    """Why, such as `context 81 %`."""


ModelEvent = ModelChanged | ModelRouted
