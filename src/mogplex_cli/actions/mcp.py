"""Open the MCP servers, connect one anew, copy its link."""

from mogplex_cli.actions.base import Action, ActionContext
from mogplex_cli.actions.login import SYNC_ACCOUNT
from mogplex_cli.store.selectors.facts import run_is_active
from mogplex_cli.store.state import CockpitState
from mogplex_cli.store.ui_events import DrawerOpened, NoticeShown
from mogplex_contracts.commands.mcp import McpReconnect
from mogplex_contracts.ids import new_id
from mogplex_contracts.text import one_line

SYNC = "sync"
"""In place of a server's name: the list itself is fetched again."""


async def _open(context: ActionContext, server: str) -> None:
    if server.strip() == SYNC:
        await SYNC_ACCOUNT.run(context, "")
        return
    wanted, known = server.strip(), context.state.run.mcp
    context.apply(DrawerOpened("mcp", wanted))
    if wanted and wanted not in known:
        names = ", ".join(one_line(name, 40) for name in known) or "none yet"
        said = f"no server of this run is called {one_line(wanted, 40)} · there are {names}"
        context.apply(NoticeShown(said, "warning"))


async def _reconnect(context: ActionContext, server: str) -> None:
    await context.send(McpReconnect(id=new_id("cmd"), run_id=context.state.run.run_id, server=server))


async def _copy(context: ActionContext, link: str) -> None:
    if not link:
        context.apply(NoticeShown("this server has no link", "warning"))
        return
    taken = await context.copy(link)
    context.apply(NoticeShown(f"the link: {link}" if taken is None else f"copied {link} · {taken}"))


def _unavailable(state: CockpitState) -> str | None:
    return None if run_is_active(state) else "no run is active"


MCP = Action(
    name="mcp",
    title="Open MCP",
    category="drawer",
    help="every server: status and why, its stderr, its tools",
    run=_open,
    slash=("mcp",),
    argument="[server]",
    choices=((SYNC, "fetch your servers from Mogplex again"),),
)
RECONNECT_MCP = Action(
    name="reconnect_mcp",
    title="Reconnect an MCP Server",
    category="control",
    help="try a server again",
    run=_reconnect,
    unavailable=_unavailable,
    in_palette=False,
    steers=True,
)
COPY_LINK = Action(
    name="copy_link",
    title="Copy a Link",
    category="control",
    help="put a web address on the clipboard",
    run=_copy,
    in_palette=False,
)
