"""Draft AGENTS.md and a review command: a run of its own, whose one write waits at the gate."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.run import RUN, start_run

TASK = "Scan the repository and add AGENTS.md and .agents/commands/review.md, where they are missing"


async def _run(context: ActionContext, _: str) -> None:
    await start_run(context, TASK, harness="init", model="no model", cwd=context.state.session.root)


INIT = Action(
    name="init",
    title="Draft AGENTS.md",
    category="command",
    help="scan the repo, add AGENTS.md and a review command",
    run=_run,
    slash=("init",),
    unavailable=RUN.unavailable,
    steers=True,
)
