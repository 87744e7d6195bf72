"""Open the login screen, or go one of its ways; and the way back."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.store.selectors.login import MOGPLEX, OFFLINE, LoginChoice, select_login
from mogplex_cli.store.ui_events import DrawerClosed, DrawerOpened, HarnessChosen, NoticeShown
from mogplex_contracts.vocabulary import OWN_LOOP


async def _login(context: ActionContext, argument: str) -> None:
    if not argument:
        context.apply(DrawerOpened("login"))
        return
    name, _, rest = argument.strip().partition(" ")
    choices = {choice.name: choice for choice in select_login(context.state).choices}
    choice = choices.get(name.lower())
    if choice is None or (rest and choice.name != MOGPLEX):
        context.apply(
            NoticeShown(f"{name[:40]} is no way to sign in here · there are {', '.join(choices)}", "warning")
        )
    elif choice.missing:
        context.apply(
            NoticeShown(f"{choice.missing} · /login {OFFLINE} looks around without a model", "warning")
        )
    elif choice.name == MOGPLEX:
        context.apply(DrawerOpened("sign_in"))
        if rest:
            context.account.use_token(rest)
        else:
            context.account.begin()
    else:
        context.apply(HarnessChosen(choice.harness, choice.model), DrawerClosed(), NoticeShown(_told(choice)))


async def _use_token(context: ActionContext, token: str) -> None:
    context.account.use_token(token)


async def _cancel(context: ActionContext, _: str) -> None:
    context.account.stop()
    context.apply(DrawerOpened("login"))


async def _sync(context: ActionContext, _: str) -> None:
    context.apply(NoticeShown("syncing with Mogplex …"))
    context.account.sync()


async def _logout(context: ActionContext, _: str) -> None:
    # What is under way would bring back what is cleared here.
    context.account.stop()
    context.apply(NoticeShown(await context.log_out()))


def without_token(line: str) -> str:
    """A line as it may be remembered: `/login mogplex` and not the token behind it. Pure."""
    words = line.split(maxsplit=2)
    return " ".join(words[:2]) if len(words) > 2 and words[0] == "/login" else line


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
    help="clear the stored Mogplex token and what was synced with it",
    run=_logout,
    slash=("logout",),
)
USE_TOKEN = Action(
    name="use_token",
    title="Sign In with a Token",
    category="control",
    help="sign in with a token made in the web settings of Mogplex",
    run=_use_token,
    in_palette=False,
)
CANCEL_SIGN_IN = Action(
    name="cancel_sign_in",
    title="Cancel Signing In",
    category="control",
    help="end the sign-in that waits for the browser",
    run=_cancel,
    in_palette=False,
)
SYNC_ACCOUNT = Action(
    name="sync_account",
    title="Sync with Mogplex",
    category="command",
    help="fetch your models and MCP servers again",
    run=_sync,
)
