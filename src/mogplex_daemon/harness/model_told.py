"""Which model a run really uses, when that is not what was asked for. Pure."""

from mogplex_contracts.events.model import ModelRouted


def model_told(model: str | None, asked: str | None, reason: str) -> tuple[ModelRouted, ...]:
    """What tells that a run uses `model`, when the model `asked` for has another name or none was.

    Without it the run would go by one name and its agents by another, and a later change would pass them by.
    """
    return (ModelRouted(to=model, from_model=asked, reason=reason),) if model and model != asked else ()
