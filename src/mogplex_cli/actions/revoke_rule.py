"""Take back a rule that allows something, through the run that works. It only ever narrows."""

import json
from typing import cast

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.commands.approval import RuleRevoke
from mogplex_contracts.ids import new_id
from mogplex_contracts.remember import Scope


async def _run(context: ActionContext, argument: str) -> None:
    pattern, where = json.loads(argument)
    await context.send(
        RuleRevoke(
            id=new_id("cmd"), run_id=context.state.run.run_id, pattern=pattern, where=cast("Scope", where)
        )
    )


def _unavailable(state: CockpitState) -> str | None:
    if run_is_active(state):
        return None
    return "rules are taken back through a run that works; without one, take the line out of its file"


REVOKE_RULE = Action(
    name="revoke_rule",
    title="Take Back a Rule",
    category="control",
    help="ask again from now on",
    run=_run,
    unavailable=_unavailable,
    in_palette=False,
    steers=True,
)
