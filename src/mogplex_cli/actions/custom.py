"""Custom commands as actions: the second source of slash names and palette rows, beside VERBS."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.message import MESSAGE
from mogplex_cli.actions.run import start_run
from mogplex_cli.custom_commands.binding import NotBound, bind
from mogplex_cli.custom_commands.command import CustomCommand
from mogplex_cli.custom_commands.expand import expand
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import ComposerRefused
from mogplex_contracts.commands.run import RunMessage
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line


def custom_action(command: CustomCommand) -> Action:
    """The action that fills the command's template and says it: to the active run, or as a new one's task."""

    def unavailable(state: CockpitState) -> str | None:
        if not run_is_active(state):
            return MESSAGE.unavailable(state)
        if not command.available_during_task:
            return f"/{command.name} waits for the run to end · {state.run.run_id} still works"
        if command.model not in (None, state.run.model):
            uses = state.run.model or "a model of its own"
            return f"/{command.name} is for {command.model} · {state.run.run_id} uses {uses} to its end"
        return MESSAGE.unavailable(state)

    def check(typed: str) -> str | None:
        bound = bind(command, typed)
        return bound.reason if isinstance(bound, NotBound) else None

    async def run(context: ActionContext, typed: str) -> None:
        bound = bind(command, typed)
        if isinstance(bound, NotBound):
            context.apply(ComposerRefused(bound.reason))
            return
        prompt = expand(command.body, bound)
        if not run_is_active(context.state):
            await start_run(context, prompt, model=command.model, allowed_tools=command.allowed_tools)
            return
        await context.send(
            RunMessage(
                id=new_id("cmd"),
                run_id=context.state.run.run_id,
                text=prompt,
                model=command.model,
                allowed_tools=command.allowed_tools,
            )
        )

    return Action(
        name=f"custom {command.name}",
        title=f"/{command.name}",
        category="custom",
        help=command.description,
        run=run,
        slash=(command.name,),
        argument=command.hint,
        unavailable=unavailable,
        check=check,
        steers=True,
        choices=tuple(
            (f"--{argument.name}=", one_line(argument.description))
            for argument in command.arguments
            if argument.kind == "named"
        ),
        source=f"{command.scope} · {command.path}",
    )
