"""Open the model picker, and choose a model: of the run that works, else of the next one."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.perform import attempt
from mogplex_cli.store.selectors.facts import HARNESS_LABELS, run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerClosed, DrawerOpened, ModelChosen, ModelsRead, NoticeShown
from mogplex_contracts.commands.run import ModelChange
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line


def _check(slug: str) -> str | None:
    return "a model is one word · /model lists those that are known" if len(slug.split()) > 1 else None


async def _open(context: ActionContext, slug: str) -> None:
    if slug:
        await attempt(context, CHOOSE_MODEL, slug)
        return
    context.apply(ModelsRead(await context.read_models()), DrawerOpened("model"))


async def _choose(context: ActionContext, slug: str) -> None:
    state = context.state
    context.apply(DrawerClosed())
    if not run_is_active(state):
        context.apply(ModelChosen(slug), NoticeShown(_chosen(state, one_line(slug, 80))))
        return
    await context.send(ModelChange(id=new_id("cmd"), run_id=state.run.run_id, model=slug))


def _chosen(state: CockpitState, slug: str) -> str:
    label = HARNESS_LABELS.get(state.session.harness)
    if label:
        return f"{slug} is chosen, but a run of the {label} calls no model · --harness starts another"
    return f"the next run uses {slug}"


MODEL = Action(
    name="model",
    title="Open Model Picker",
    category="drawer",
    help="provider, context and price of every model; choose one",
    run=_open,
    slash=("model",),
    argument="[slug]",
    check=_check,
)
CHOOSE_MODEL = Action(
    name="choose_model",
    title="Choose a Model",
    category="control",
    help="for the run that works, else for the next one",
    run=_choose,
    in_palette=False,
    steers=True,
    needs="model",
)
