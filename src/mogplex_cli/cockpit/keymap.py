"""Every key of the cockpit: in which context, what it does, and how the footer teaches it.

A key names an action of ACTIONS; with a leading dot something only its own widget does; or, with a dot
inside, something Textual does. `rebind.py` gives the table with a person's own keys in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from textual.binding import Binding

Context = Literal[
    "everywhere",
    "outside",
    "composer",
    "timeline",
    "agents",
    "approval",
    "runs",
    "entry",
    "permissions",
    "palette",
    "agent",
    "cost",
    "model",
    "mcp",
    "memory",
    "keys",
    "login",
    "sign_in",
    "export",
    "diff",
    "past",
    "find",
    "jump",
]
"""`outside`: wherever nothing is typed and no drawer is open."""


@dataclass(frozen=True, slots=True)
class Key:
    """One row of the table."""

    keys: str
    """Key names as Textual spells them, joined by commas; empty where no key leads."""
    does: str
    context: Context
    teach: str = ""
    """What the footer says it does; empty when it keeps silent."""
    shown: str = ""
    """How the footer writes the key; empty for its own name."""
    priority: bool = False
    """Whether it goes before what the widget itself does with the key."""

    @property
    def name(self) -> str:
        """How `[keys]` calls it, `timeline.open`."""
        return f"{self.context}.{self.tail}"

    @property
    def tail(self) -> str:
        """What it does, without the context."""
        return self.does.rpartition(".")[2]

    @property
    def each(self) -> tuple[str, ...]:
        """Its keys one by one."""
        return tuple(key for key in self.keys.split(",") if key)


KEYS: tuple[Key, ...] = (
    Key("ctrl+c", ".interrupt", "everywhere", priority=True),
    Key("ctrl+o", "approvals", "everywhere", priority=True),
    Key("f1", "help", "everywhere", priority=True),
    Key("f2", "focus_composer", "everywhere", priority=True),
    Key("f3", "focus_timeline", "everywhere", priority=True),
    Key("f4", "focus_agents", "everywhere", priority=True),
    Key("ctrl+r,f5", "runs", "everywhere", priority=True),
    Key("f6", "inbox", "everywhere", priority=True),
    Key("ctrl+t", "travel", "everywhere", priority=True),
    Key("f8", "next_alert", "everywhere", priority=True),
    Key("enter", ".submit", "composer", "send", priority=True),
    Key(
        "shift+enter,alt+enter,ctrl+j", ".newline", "composer", "newline", shown="shift+enter", priority=True
    ),
    Key("tab", ".complete", "composer", "complete", priority=True),
    Key("shift+tab", "app.focus_previous", "composer"),
    Key("up", ".older", "composer", "history", shown="↑", priority=True),
    Key("down", ".newer", "composer", priority=True),
    Key("escape", ".leave", "composer", priority=True),
    Key("q", "quit", "outside"),
    Key("question_mark", "keys", "outside"),
    Key("i", "focus_composer", "outside"),
    Key("tab", "app.focus_next", "outside"),
    Key("shift+tab", "app.focus_previous", "outside"),
    Key("up,k", ".up", "timeline", "select", shown="↑↓"),
    Key("down,j", ".down", "timeline"),
    Key("enter", ".open", "timeline", "open", shown="enter"),
    Key("space", ".turn", "timeline", "expand"),
    Key("slash", "find", "timeline", "find"),
    Key("f", "filter", "timeline", "filter"),
    Key("left_square_bracket", ".earlier_mark", "timeline", "jump", shown="[ ]"),
    Key("right_square_bracket", ".later_mark", "timeline"),
    Key("y", ".copy", "timeline", "copy"),
    Key("end,G", ".follow", "timeline", "follow", shown="end"),
    Key("v", ".range", "timeline", "range"),
    Key("pageup", ".page_up", "timeline"),
    Key("pagedown", ".page_down", "timeline"),
    Key("home,g", ".first", "timeline"),
    Key("right,l", ".unfold", "timeline"),
    Key("left,h", ".fold", "timeline"),
    Key("n", ".earlier_match", "timeline"),
    Key("N", ".later_match", "timeline"),
    Key("F", "turn_filter", "timeline"),
    Key("shift+up,K", ".range_up", "timeline"),
    Key("shift+down,J", ".range_down", "timeline"),
    Key("Y", ".copy_file", "timeline"),
    Key("o", "jump", "timeline"),
    Key("m", "mouse", "timeline"),
    Key("escape", ".leave", "timeline"),
    Key("enter", ".keep", "find", "keep", shown="enter", priority=True),
    Key("escape", ".drop", "find", "clear", shown="esc", priority=True),
    Key("tab,shift+tab", ".stay", "find", priority=True),
    Key("up,k", ".up", "jump", "select", shown="↑↓"),
    Key("down,j", ".down", "jump"),
    Key("pageup", ".page_up", "jump"),
    Key("pagedown", ".page_down", "jump"),
    Key("enter", ".choose", "jump", "go there", shown="enter"),
    Key("escape,q", "close_drawer", "jump", "close", shown="esc"),
    Key("up,k", ".up", "agents", "select", shown="↑↓"),
    Key("down,j", ".down", "agents"),
    Key("slash", "begin_command", "agents"),
    Key("escape", "focus_composer", "agents"),
    Key("enter", ".open", "agents", "details", shown="enter"),
    Key("a", ".approve", "approval", "approve"),
    Key("r", ".reject", "approval", "reject"),
    Key("n", ".note", "approval", "say why"),
    Key("d", ".diff", "approval", "diff"),
    Key("enter", ".expand", "approval", "details", shown="enter"),
    Key("up,k", ".up", "approval", "select", shown="↑↓"),
    Key("down,j", ".down", "approval"),
    Key("b", ".batch", "approval", "batch"),
    Key("A", ".remember", "approval", "remember"),
    Key("t", ".jump", "approval", "timeline"),
    Key("left,h", ".left", "approval"),
    Key("right,l", ".right", "approval"),
    Key("pageup", ".page_up", "approval"),
    Key("pagedown,space", ".page_down", "approval", "scroll", shown="space"),
    Key("escape", ".close", "approval", "close", shown="esc"),
    Key("enter", ".choose", "runs", "attach", shown="enter"),
    Key("up,k", ".up", "runs", "select", shown="↑↓"),
    Key("down,j", ".down", "runs"),
    Key("escape,q", "close_drawer", "runs", "close", shown="esc"),
    Key("up,k", ".up", "entry", "scroll", shown="↑↓"),
    Key("down,j", ".down", "entry"),
    Key("pageup", ".page_up", "entry"),
    Key("pagedown,space", ".page_down", "entry"),
    Key("left,p", ".earlier", "entry", "earlier", shown="←"),
    Key("right,n", ".later", "entry", "later", shown="→"),
    Key("escape,q", "close_drawer", "entry", "close", shown="esc"),
    Key("up,k", ".up", "permissions", "select", shown="↑↓"),
    Key("down,j", ".down", "permissions"),
    Key("pageup", ".page_up", "permissions"),
    Key("pagedown,space", ".page_down", "permissions"),
    Key("x", ".revoke", "permissions", "take back"),
    Key("escape,q", "close_drawer", "permissions", "close", shown="esc"),
    Key("up,k", ".up", "agent", "select", shown="↑↓"),
    Key("down,j", ".down", "agent"),
    Key("pageup", ".page_up", "agent"),
    Key("pagedown,space", ".page_down", "agent"),
    Key("enter,t", ".choose", "agent", "timeline", shown="enter"),
    Key("x", ".stop", "agent", "interrupt"),
    Key("escape,q", "close_drawer", "agent", "close", shown="esc"),
    Key("up,k", ".up", "cost", "scroll", shown="↑↓"),
    Key("down,j", ".down", "cost"),
    Key("pageup", ".page_up", "cost"),
    Key("pagedown,space", ".page_down", "cost"),
    Key("plus", ".raise", "cost", "raise limit", shown="+"),
    Key("escape,q", "close_drawer", "cost", "close", shown="esc"),
    Key("up", ".up", "model", "select", shown="↑↓", priority=True),
    Key("down", ".down", "model", priority=True),
    Key("enter", ".choose", "model", "use it", shown="enter", priority=True),
    Key("escape", "close_drawer", "model", "close", shown="esc", priority=True),
    Key("tab,shift+tab", ".stay", "model", priority=True),
    Key("up,k", ".up", "mcp", "select", shown="↑↓"),
    Key("down,j", ".down", "mcp"),
    Key("pageup", ".page_up", "mcp"),
    Key("pagedown,space", ".page_down", "mcp"),
    Key("enter", ".choose", "mcp", "schemas", shown="enter"),
    Key("r", ".reconnect", "mcp", "reconnect"),
    Key("c", ".link", "mcp", "link"),
    Key("s", "sync_account", "mcp", "sync"),
    Key("escape,q", "close_drawer", "mcp", "close", shown="esc"),
    Key("up", ".up", "memory", "select", shown="↑↓", priority=True),
    Key("down", ".down", "memory", priority=True),
    Key("delete", ".delete", "memory", "delete", shown="del", priority=True),
    Key("pageup", ".page_up", "memory", priority=True),
    Key("pagedown", ".page_down", "memory", "scroll", shown="pgdn", priority=True),
    Key("escape", "close_drawer", "memory", "close", shown="esc", priority=True),
    Key("tab,shift+tab,enter", ".stay", "memory", priority=True),
    Key("a", ".approve_patch", "diff", "approve"),
    Key("r", ".reject_patch", "diff", "reject"),
    Key("space", ".keep_or_drop", "diff", "drop", shown="space"),
    Key("n", ".next_hunk", "diff", "hunk"),
    Key("p", ".previous_hunk", "diff"),
    Key("tab", ".next_file", "diff", "file", shown="tab"),
    Key("shift+tab", ".previous_file", "diff"),
    Key("right,l", ".later", "diff", "patch", shown="←→"),
    Key("left,h", ".earlier", "diff"),
    Key("c", ".comment", "diff", "comment"),
    Key("s", ".split", "diff", "split"),
    Key("w", ".whole", "diff", "whole"),
    Key("up,k", ".up", "diff"),
    Key("down,j", ".down", "diff"),
    Key("pageup", ".page_up", "diff"),
    Key("pagedown", ".page_down", "diff"),
    Key("escape,q", "close_drawer", "diff", "close", shown="esc"),
    Key("enter", ".choose", "export", "export", shown="enter"),
    Key("up,k", ".up", "export", "format", shown="↑↓"),
    Key("down,j", ".down", "export"),
    Key("left,h,shift+tab", ".left", "export", "scope", shown="←→"),
    Key("right,l,tab", ".right", "export"),
    Key("escape,q", "close_drawer", "export", "close", shown="esc"),
    Key("left,h", ".back", "past", "event", shown="←→"),
    Key("right,l", ".forward", "past"),
    Key("pageup,shift+left", ".far_back", "past", "50 events", shown="pgup"),
    Key("pagedown,shift+right", ".far_forward", "past"),
    Key("home,g", ".first", "past", "first", shown="home"),
    Key("end,G", ".last", "past"),
    Key("escape,q", "live", "past", "now", shown="esc"),
    Key("up", ".up", "palette", "select", shown="↑↓", priority=True),
    Key("down", ".down", "palette", priority=True),
    Key("enter", ".choose", "palette", "run", shown="enter", priority=True),
    Key("escape", "close_drawer", "palette", "close", shown="esc", priority=True),
    Key("tab,shift+tab", ".stay", "palette", priority=True),
    Key("up", ".up", "keys", "scroll", shown="↑↓", priority=True),
    Key("down", ".down", "keys", priority=True),
    Key("pageup", ".page_up", "keys", priority=True),
    Key("pagedown", ".page_down", "keys", priority=True),
    Key("escape", "close_drawer", "keys", "close", shown="esc", priority=True),
    Key("tab,shift+tab", ".stay", "keys", priority=True),
    Key("up,k", ".up", "login", "select", shown="↑↓"),
    Key("down,j", ".down", "login"),
    Key("enter", ".choose", "login", "choose", shown="enter"),
    Key("slash", "begin_command", "login", "command"),
    Key("escape,q", "close_drawer", "login", "close", shown="esc"),
    Key("c", ".copy", "sign_in", "copy address"),
    Key("p", ".paste", "sign_in", "paste a token"),
    Key("enter", ".again", "sign_in"),
    Key("escape", "cancel_sign_in", "sign_in", "cancel", shown="esc"),
)

LABELS = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "exclamation_mark": "!",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "underscore": "_",
    "equals_sign": "=",
}
"""How keys read where they do not read as they are called."""

CONTEXTS: tuple[Context, ...] = get_args(Context)
OUTSIDE: frozenset[Context] = frozenset(("timeline", "agents"))
"""The contexts in which the keys of `outside` hold too."""

PICKED: tuple[str, ...] = (
    "run",
    "pause",
    "resume",
    "continue",
    "kill",
    "permissions",
    "approvals",
    "inbox",
    "runs",
    "init",
    "agents",
    "cost",
    "model",
    "mcp",
    "memory",
    "diff",
    "open_export",
    "export",
    "travel",
    "live",
    "find",
    "filter",
    "turn_filter",
    "jump",
    "copy",
    "transcript",
    "mouse",
    "help",
    "keys",
    "theme",
    "login",
    "logout",
    "sync_account",
    "clear",
    "quit",
    "next_alert",
    "focus_composer",
    "focus_timeline",
    "focus_agents",
)
"""The actions of the palette, by name, as a test holds it to be: what they do loads after the first picture."""

BOUND = frozenset((key.does, key.context) for key in KEYS)
UNBOUND: tuple[Key, ...] = tuple(
    Key("", action, context, priority=context == "everywhere")
    for context in ("everywhere", "outside")
    for action in PICKED
    if (action, context) not in BOUND
)
"""Where a person's own key for an action goes that has none."""


def together(context: Context) -> tuple[Context, ...]:
    """The contexts whose keys hold at the same time as this one's, and itself."""
    return ("everywhere", "outside", context) if context in OUTSIDE else ("everywhere", context)


def bindings(context: Context) -> list[Binding]:
    """The table's rows of one context, as Textual wants them; each can be given other keys by its name."""
    return [
        Binding(
            key.keys or f"no_key_for_{key.tail}",
            _action(key.does),
            key.teach,
            show=False,
            priority=key.priority,
            id=key.name,
        )
        for key in (*KEYS, *UNBOUND)
        if key.context == context
    ]


def overlay(rows: Sequence[Key]) -> dict[str, str]:
    """What is different in `rows` from the table: keys by name, as Textual takes them."""
    before = {key.name: key.keys for key in (*KEYS, *UNBOUND)}
    return {key.name: key.keys or f"no_key_for_{key.tail}" for key in rows if key.keys != before[key.name]}


def _action(does: str) -> str:
    """The action as Textual spells it."""
    if does.startswith("."):
        return does[1:]
    return does if "." in does else f"invoke('{does}')"


def label(key: str) -> str:
    """A key as people read it."""
    *modifiers, last = key.split("+")
    return "+".join((*modifiers, LABELS.get(last, last)))


class Taught(NamedTuple):
    """A key as the footer teaches it."""

    key: str
    """As Textual spells it; empty where no key leads."""
    shown: str
    word: str
    does: str = ""
    """What a key of the context does, without its dot; empty for those that hold elsewhere too."""


def taught(context: Context, rows: Sequence[Key] = KEYS) -> tuple[Taught, ...]:
    """What the footer says in a context."""
    return tuple(
        Taught(key.each[0], key.shown or label(key.each[0]), key.teach, key.tail)
        for key in rows
        if key.context == context and key.teach and key.keys
    )


def key_of(action: str, rows: Sequence[Key] = KEYS) -> str:
    """How the first key reads that leads to an action from everywhere or outside; empty when there is none."""
    return taught_action(action, "", rows).shown


def taught_action(action: str, word: str, rows: Sequence[Key] = KEYS) -> Taught:
    """The first key that leads to an action from everywhere or outside, taught with this word."""
    for key in rows:
        if key.does == action and key.keys and key.context in ("everywhere", "outside"):
            return Taught(key.each[0], label(key.each[0]), word)
    return Taught("", "", word)


def key_in(context: Context, does: str, rows: Sequence[Key] = KEYS) -> str:
    """The first key that does this in a context; empty when there is none."""
    for key in rows:
        if key.context == context and key.does == does and key.keys:
            return label(key.each[0])
    return ""
