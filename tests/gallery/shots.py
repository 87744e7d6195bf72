"""Every picture: how to come to it with the keyboard, in the real program."""

from collections.abc import Callable
from dataclasses import dataclass

from mogplex_cli.store.state import DrawerName
from tests.support.terminal import Terminal
from tests.terminal.conftest import Desk, armed, decide

Steps = Callable[[Desk, Terminal], None]

CTRL_P, CTRL_R, CTRL_T, ESC, DOWN, ENTER = "\x10", "\x12", "\x14", "\x1b", "\x1b[B", "\r"
F3, F4, F6 = "\x1bOR", "\x1bOS", "\x1b[17~"
TASK = "review the staged diff for regressions"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture."""

    name: str
    """Of its file in docs/pictures."""
    title: str
    says: str
    """What one sees, in a sentence or two."""
    steps: Steps
    size: tuple[int, int] = (140, 40)
    drawer: DrawerName | None = None
    """The drawer it shows."""
    recorded: bool = False
    """Shows a recorded run from a pipe; else a run of the offline demo, live."""
    account: bool = False
    """Needs an account to sign in to."""
    arguments: tuple[str, ...] = ("--harness", "demo")


def first(_: Desk, terminal: Terminal) -> None:
    """The screen before any run."""
    terminal.wait_for("nominal")
    terminal.wait_for("type a task")


def asked(desk: Desk, terminal: Terminal) -> None:
    """A run whose first patch waits."""
    first(desk, terminal)
    terminal.type(f"/run {TASK}{ENTER}")
    terminal.wait_for(lambda screen: "APPROVALS" in screen and "a approve" in screen)


def completed(desk: Desk, terminal: Terminal) -> None:
    """A run that was approved to its end."""
    asked(desk, terminal)
    for target in ("MOGPLEX_REPORT.md", "git diff --check", "review/"):
        decide(terminal, target, "a")
    terminal.wait_for("✓ completed")


def replayed(_: Desk, terminal: Terminal) -> None:
    """A recorded run, told to its end."""
    terminal.wait_for("nominal")
    terminal.wait_for("what they lack is")


def decided(desk: Desk, terminal: Terminal) -> None:
    """The patch is shown in its own drawer."""
    asked(desk, terminal)
    terminal.wait_for(lambda _: armed(terminal))
    terminal.type("d")
    terminal.wait_for("DIFF")


def then(before: Steps, keys: str, shown: str) -> Steps:
    """`before`, then these keys, until this is shown."""

    def steps(desk: Desk, terminal: Terminal) -> None:
        before(desk, terminal)
        terminal.type(keys)
        terminal.wait_for(shown)

    return steps


def slash(before: Steps, line: str, shown: str) -> Steps:
    """`before`, then this slash command, until this is shown."""
    return then(before, f"{line}{ENTER}", shown)


SHOTS: tuple[Shot, ...] = (
    Shot("first-start", "Before the first run", "What to type, and what drives the run.", first),
    Shot(
        "login",
        "Sign in",
        "What drives your runs, when nothing does yet.",
        slash(first, "/login", "SIGN IN"),
        drawer="login",
    ),
    Shot(
        "sign-in",
        "Sign in with Mogplex",
        "What is waited for, the page to agree on, and where a token can be pasted instead.",
        slash(first, "/login mogplex", "No browser could be opened"),
        drawer="sign_in",
        account=True,
    ),
    Shot(
        "working",
        "A run at work",
        "Agents on the left, their timeline in the middle, budget, cost, model and context on the right.",
        replayed,
        recorded=True,
    ),
    Shot(
        "working-80x24",
        "The same at 80 by 24",
        "The rail is gone, its facts are a drawer away.",
        replayed,
        size=(80, 24),
        recorded=True,
    ),
    Shot(
        "working-200x60",
        "The same at 200 by 60",
        "The timeline gets the room.",
        replayed,
        size=(200, 60),
        recorded=True,
    ),
    Shot(
        "approval",
        "A decision waits",
        "What would happen, its risk, and why it is asked: a approves, r rejects.",
        asked,
        drawer="approval",
    ),
    Shot(
        "diff",
        "Diff",
        "File by file, hunk by hunk: keep or drop one, say something about a line, look at the whole file.",
        decided,
        drawer="diff",
    ),
    Shot(
        "completed",
        "A run that has ended",
        "Every decision stays in the timeline, with who or what made it.",
        completed,
    ),
    Shot(
        "runs", "Runs", "All runs, those that need you first.", then(completed, CTRL_R, "RUNS"), drawer="runs"
    ),
    Shot(
        "palette",
        "Command palette",
        "Every command, drawer and control, with its key.",
        slash(first, "/help", "Start a Run"),
        drawer="palette",
    ),
    Shot("keys", "Keys", "Every key, by where it works.", slash(first, "/keys", "EVERYWHERE"), drawer="keys"),
    Shot(
        "permissions",
        "Permissions",
        "The mode, and every rule with its source.",
        slash(first, "/permissions", "PERMISSIONS"),
        drawer="permissions",
    ),
    Shot(
        "agent",
        "Agent",
        "Its plan, what it does, what it has done.",
        slash(replayed, "/agents", "PLAN"),
        drawer="agent",
        recorded=True,
    ),
    Shot(
        "cost",
        "Cost",
        "Tokens, money and time of the run and of each agent.",
        slash(replayed, "/cost", "COST"),
        drawer="cost",
        recorded=True,
    ),
    Shot(
        "model",
        "Model",
        "The models there are, with window and price.",
        slash(first, "/model", "MODEL"),
        drawer="model",
    ),
    Shot(
        "mcp",
        "MCP servers",
        "Status, tools, and what they said last.",
        slash(replayed, "/mcp", "MCP"),
        drawer="mcp",
        recorded=True,
    ),
    Shot(
        "memory",
        "Memory",
        "What is remembered of this repository, and what this run wrote.",
        slash(completed, "/memory", "MEMORY"),
        drawer="memory",
    ),
    Shot(
        "export",
        "Export",
        "A run as JSON, JSONL or Markdown.",
        slash(completed, "/export", "EXPORT"),
        drawer="export",
    ),
    Shot(
        "past",
        "Time travel",
        "The run as it was at any event; Esc returns to now.",
        then(completed, CTRL_T, "esc"),
    ),
    Shot(
        "jump",
        "Jump list",
        "The prompts, approvals and errors of a run; Enter goes there.",
        slash(completed, "/jump", "JUMP"),
        drawer="jump",
    ),
)
"""In the order of the page."""
