"""Offer the rules that could be made of an approval; approving it with one of them makes it."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.remembering import Remembering, layers_of, rules_for
from mogplex_cli.store.selectors.facts import no_deciding
from mogplex_cli.store.selectors.waiting import find_request, read_shown
from mogplex_cli.store.ui_events import NoticeShown, PermissionsRead, RulesOffered


async def _offer(context: ActionContext, argument: str) -> None:
    approval_id, run_id, _ = read_shown(argument)
    state = context.state
    request = find_request(state, approval_id, run_id)
    if request is None:
        return
    here = run_id == state.run.run_id
    repo = (
        state.run.repo if here else next((run.repo for run in state.runs or () if run.run_id == run_id), "")
    )
    loaded = context.read_permissions(repo)
    if here:
        context.apply(PermissionsRead(loaded.layers, tuple(each.message for each in loaded.problems)))
    layers = layers_of(state.run, loaded.layers) if here else loaded.layers
    rules = rules_for(request, layers, state.run if here else None)
    if rules:
        context.apply(RulesOffered(Remembering(approval_id, rules)))
    else:
        context.apply(NoticeShown("no rule could answer this: it is asked every time", "warning"))


async def _forget(context: ActionContext, _: str) -> None:
    context.apply(RulesOffered(None))


REMEMBER = Action(
    name="remember",
    title="Remember as a Rule",
    category="control",
    help="choose a rule that answers the same request from now on",
    run=_offer,
    unavailable=no_deciding,
    in_palette=False,
    steers=True,
)
FORGET_REMEMBERING = Action(
    name="forget_remembering",
    title="Remember Nothing",
    category="control",
    help="decide this request only",
    run=_forget,
    in_palette=False,
)
