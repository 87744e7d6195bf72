"""The verbs: every action a key, a slash command or a palette row leads to.

To add one: a file beside this one, and a row here; one of the palette also in `PICKED` of the keymap.
"""

from mogplex_cli.actions.agents import AGENTS
from mogplex_cli.actions.approvals import APPROVALS
from mogplex_cli.actions.attach import ATTACH
from mogplex_cli.actions.base import Action
from mogplex_cli.actions.begin_command import BEGIN_COMMAND
from mogplex_cli.actions.clear import CLEAR
from mogplex_cli.actions.close_drawer import CLOSE_DRAWER
from mogplex_cli.actions.continue_run import CONTINUE
from mogplex_cli.actions.copy import COPY
from mogplex_cli.actions.cost import COST, RAISE_LIMIT
from mogplex_cli.actions.decide import APPROVE, REJECT
from mogplex_cli.actions.diff import COMMENT, DIFF, SHOW_PATCH, WHOLE_FILE
from mogplex_cli.actions.export import EXPORT, OPEN_EXPORT
from mogplex_cli.actions.fetch_older import FETCH_OLDER
from mogplex_cli.actions.filter import FILTER, FILTER_TIMELINE, TURN_FILTER
from mogplex_cli.actions.find import FIND, SEARCH_TIMELINE
from mogplex_cli.actions.focus import FOCUS_AGENTS, FOCUS_COMPOSER, FOCUS_TIMELINE
from mogplex_cli.actions.follow_runs import FOLLOW_RUNS
from mogplex_cli.actions.help import HELP
from mogplex_cli.actions.inbox import INBOX
from mogplex_cli.actions.init import INIT
from mogplex_cli.actions.interrupt import INTERRUPT
from mogplex_cli.actions.jump import JUMP
from mogplex_cli.actions.keys import KEYS
from mogplex_cli.actions.kill import KILL
from mogplex_cli.actions.login import CANCEL_SIGN_IN, LOGIN, LOGOUT, SYNC_ACCOUNT, USE_TOKEN
from mogplex_cli.actions.mcp import COPY_LINK, MCP, RECONNECT_MCP
from mogplex_cli.actions.memory import DELETE_MEMORY, MEMORY
from mogplex_cli.actions.message import MESSAGE
from mogplex_cli.actions.model import CHOOSE_MODEL, MODEL
from mogplex_cli.actions.mouse import MOUSE
from mogplex_cli.actions.next_alert import NEXT_ALERT
from mogplex_cli.actions.open_entry import OPEN_ENTRY
from mogplex_cli.actions.pause import PAUSE
from mogplex_cli.actions.permissions import PERMISSIONS
from mogplex_cli.actions.put_away import PUT_AWAY
from mogplex_cli.actions.quit import QUIT
from mogplex_cli.actions.remember import FORGET_REMEMBERING, REMEMBER
from mogplex_cli.actions.resume import RESUME
from mogplex_cli.actions.revoke_rule import REVOKE_RULE
from mogplex_cli.actions.run import RUN
from mogplex_cli.actions.runs import RUNS
from mogplex_cli.actions.say import SAY
from mogplex_cli.actions.search_journal import KEEP_SEARCH, SEARCH_JOURNAL, STOP_SEARCH
from mogplex_cli.actions.show_entry import SHOW_ENTRY
from mogplex_cli.actions.show_request import SHOW_REQUEST
from mogplex_cli.actions.theme import THEME
from mogplex_cli.actions.transcript import TRANSCRIPT
from mogplex_cli.actions.travel import LIVE, TRAVEL
from mogplex_cli.actions.turn_entry import TURN_ENTRY

VERBS: dict[str, Action] = {
    "run": RUN,
    "pause": PAUSE,
    "resume": RESUME,
    "continue": CONTINUE,
    "kill": KILL,
    "attach": ATTACH,
    "permissions": PERMISSIONS,
    "approvals": APPROVALS,
    "inbox": INBOX,
    "runs": RUNS,
    "init": INIT,
    "agents": AGENTS,
    "cost": COST,
    "model": MODEL,
    "mcp": MCP,
    "memory": MEMORY,
    "diff": DIFF,
    "open_export": OPEN_EXPORT,
    "export": EXPORT,
    "travel": TRAVEL,
    "live": LIVE,
    "find": FIND,
    "filter": FILTER,
    "turn_filter": TURN_FILTER,
    "jump": JUMP,
    "copy": COPY,
    "transcript": TRANSCRIPT,
    "mouse": MOUSE,
    "help": HELP,
    "keys": KEYS,
    "theme": THEME,
    "login": LOGIN,
    "logout": LOGOUT,
    "sync_account": SYNC_ACCOUNT,
    "clear": CLEAR,
    "quit": QUIT,
    "next_alert": NEXT_ALERT,
    "focus_composer": FOCUS_COMPOSER,
    "focus_timeline": FOCUS_TIMELINE,
    "focus_agents": FOCUS_AGENTS,
    "approve": APPROVE,
    "reject": REJECT,
    "interrupt": INTERRUPT,
    "message": MESSAGE,
    "open_entry": OPEN_ENTRY,
    "begin_command": BEGIN_COMMAND,
    "turn_entry": TURN_ENTRY,
    "show_entry": SHOW_ENTRY,
    "choose_model": CHOOSE_MODEL,
    "delete_memory": DELETE_MEMORY,
    "reconnect_mcp": RECONNECT_MCP,
    "copy_link": COPY_LINK,
    "raise_limit": RAISE_LIMIT,
    "close_drawer": CLOSE_DRAWER,
    "put_away": PUT_AWAY,
    "follow_runs": FOLLOW_RUNS,
    "use_token": USE_TOKEN,
    "cancel_sign_in": CANCEL_SIGN_IN,
    "remember": REMEMBER,
    "forget_remembering": FORGET_REMEMBERING,
    "revoke_rule": REVOKE_RULE,
    "comment": COMMENT,
    "show_patch": SHOW_PATCH,
    "whole_file": WHOLE_FILE,
    "show_request": SHOW_REQUEST,
    "search_timeline": SEARCH_TIMELINE,
    "search_journal": SEARCH_JOURNAL,
    "keep_search": KEEP_SEARCH,
    "stop_search": STOP_SEARCH,
    "filter_timeline": FILTER_TIMELINE,
    "fetch_older": FETCH_OLDER,
    "say": SAY,
}
"""In the order the palette and the completion show them."""

SLASH_NAMES: dict[str, Action] = {name: action for action in VERBS.values() for name in action.slash}
"""The verbs that have a slash name, by that name."""
