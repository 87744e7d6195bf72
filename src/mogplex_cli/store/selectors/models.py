"""Models to choose from: the catalog's, and those the run is known to use."""

from dataclasses import dataclass

from mogplex_cli.store.offers import OfferedModel
from mogplex_cli.store.selectors.facts import lacks, model_name, run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import one_line


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model."""

    slug: str
    name: str
    provider: str
    context: int | None
    """Tokens that fit; None when unknown."""
    input_usd: float | None
    """Of a million tokens; None when unknown."""
    output_usd: float | None
    used_by: tuple[str, ...]
    """Agents that use it now."""
    current: bool
    """Whether the run uses it, or the next one would."""


@dataclass(frozen=True, slots=True)
class ModelProps:
    """The picker's values."""

    rows: tuple[ModelRow, ...] = ()
    mid_run: bool = False
    """Whether choosing changes a run that works; else it is for the next one."""
    current: str = ""
    """Empty when the harness decides."""
    hint: str = ""
    """What is not in here, and how it would be."""
    problem: str = ""
    fixed: str = ""
    """Why the run that works keeps its model; empty when another can be chosen."""


def select_models(state: CockpitState) -> ModelProps:
    """The picker's values."""
    catalog = state.models
    current = model_name(state) or ""
    using: dict[str, list[str]] = {}
    for agent in state.run.agents.values():
        if agent.model:
            using.setdefault(one_line(agent.model, 200), []).append(one_line(agent.name, 40))
    offered = {one_line(each.slug, 200): each for each in (catalog.models if catalog else ())}
    chosen = one_line(state.session.model or "", 200)
    more = [slug for slug in dict.fromkeys((current, chosen, *using)) if slug and slug not in offered]
    rows = [*(OfferedModel(slug) for slug in more), *offered.values()]
    return ModelProps(
        rows=tuple(_row(each, using, current) for each in rows),
        mid_run=run_is_active(state),
        current=current,
        hint=_hint(bool(offered), catalog.disabled if catalog else 0),
        problem=one_line(catalog.problem) if catalog else "",
        fixed=lacks(state, "model") or "",
    )


def _hint(has_catalog: bool, disabled: int) -> str:
    if not has_catalog:
        return "no synced catalog on this machine · /login brings the account's · any slug can be typed"
    if disabled:
        models = "1 model is" if disabled == 1 else f"{disabled} models are"
        return f"{models} switched off in the account's settings"
    return ""


def _row(model: OfferedModel, using: dict[str, list[str]], current: str) -> ModelRow:
    slug = one_line(model.slug, 200)
    return ModelRow(
        slug=slug,
        name=one_line(model.name, 80),
        provider=one_line(model.provider, 40),
        context=model.context,
        input_usd=model.input_usd,
        output_usd=model.output_usd,
        used_by=tuple(using.get(slug, ())),
        current=slug == current,
    )
