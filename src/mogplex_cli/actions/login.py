"""Open the login screen, or go one of its ways; and the way back."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.login import OFFLINE, OWN_LOOP, LoginChoice, select_login
from mogplex_cli.store.ui_events import DrawerClosed, DrawerOpened, HarnessChosen, NoticeShown


async def _login(context: ActionContext, name: str) -> None:
    if not name:
        context.apply(DrawerOpened("login"))
        return
    choices = {choice.name: choice for choice in select_login(context.state).choices}
    choice = choices.get(name.strip().lower())
    if choice is None:
        context.apply(
            NoticeShown(f"{name[:40]} is no way to sign in here · there are {', '.join(choices)}", "warning")
        )
    elif choice.missing:
        context.apply(
            NoticeShown(f"{choice.missing} · /login {OFFLINE} looks around without a model", "warning")
        )
    else:
        context.apply(HarnessChosen(choice.harness, choice.model), DrawerClosed(), NoticeShown(_told(choice)))


async def _logout(context: ActionContext, _: str) -> None:
    context.apply(NoticeShown(context.log_out()))


def _told(choice: LoginChoice) -> str:
    if choice.name == OFFLINE:
        return "offline demo: runs are driven by a script, no model is called"
    if choice.harness == OWN_LOOP:
        return f"runs are driven by our own agents, on {choice.model or 'the model you name with /model'}"
    return f"runs are driven by {choice.harness}, as it is signed in on this machine"


LOGIN = Action(
    name="login",
    title="Sign In",
    category="command",
    help="the ways to sign in, or to begin without",
    run=_login,
    slash=("login",),
    argument="[way]",
)
LOGOUT = Action(
    name="logout",
    title="Sign Out",
    category="command",
    help="clear the stored Mogplex token",
    run=_logout,
    slash=("logout",),
)
