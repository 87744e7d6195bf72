"""Move the keys to a part of the screen."""

from collections.abc import Awaitable, Callable

from mogplex_cli.actions.base import Action, ActionContext, FocusTarget


def _focus(target: FocusTarget) -> Callable[[ActionContext, str], Awaitable[None]]:
    async def run(context: ActionContext, _: str) -> None:
        context.focus(target)

    return run


FOCUS_COMPOSER = Action(
    name="focus_composer",
    title="Focus Composer",
    category="focus",
    help="type a task or a command",
    run=_focus("composer"),
)
FOCUS_TIMELINE = Action(
    name="focus_timeline",
    title="Focus Timeline",
    category="focus",
    help="scroll, select and open what happened",
    run=_focus("timeline"),
)
FOCUS_AGENTS = Action(
    name="focus_agents",
    title="Focus Agents",
    category="focus",
    help="select an agent",
    run=_focus("agents"),
)
