"""What each role is there for, and what it may use. A tool is given to a role by what kind of thing it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from mogplex_contracts.vocabulary import ActionKind, AgentRole
from mogplex_daemon.harness.base import Tool

READS: frozenset[ActionKind] = frozenset(("read",))


@dataclass(frozen=True, slots=True)
class Role:
    """One role of a sub-agent."""

    name: str
    """What an agent of it is called."""
    purpose: str
    """When to delegate to it, told to whoever can."""
    instructions: str
    kinds: frozenset[ActionKind]
    """What it may do."""


ROLES: dict[AgentRole, Role] = {
    "architect": Role(
        "atlas",
        "plans: reads the code and says what to change where, and why; changes nothing",
        "You plan. Read what matters, then answer with the plan: which files change and how, in which order, what "
        "could go wrong, how it is to be checked. Decide where you can; name what only a person can decide.",
        READS,
    ),
    "builder": Role(
        "forge",
        "changes files and runs commands until one well-described piece of work is done",
        "You build. Do the piece of work you were given and nothing beside it. Check what you did before you say "
        "that it is done. Answer with what you changed, how you checked it, and what is left.",
        frozenset(("read", "apply_patch", "delete_file", "run_command", "write_memory", "use_remote_tool")),
    ),
    "reviewer": Role(
        "sage",
        "reviews changes or code with fresh eyes: bugs, risks, missing tests; changes nothing",
        "You review. Look for what is wrong: bugs first, then risks, then what is missing. Read the code around a "
        "change before you judge it. Answer with findings, the worst first, each with its file and line and why it "
        "matters. Say so when there is nothing.",
        READS,
    ),
    "tester": Role(
        "probe",
        "runs tests and commands, narrows failures down and explains them; changes no files",
        "You test. Run what shows whether the work is right, narrow failures down to their cause, and answer with "
        "the commands you ran, how each ended, and what follows from it. Change no files.",
        frozenset(("read", "run_command")),
    ),
    "researcher": Role(
        "scout",
        "answers a question about the code or through remote tools, with where it found the answer",
        "You find things out. Answer the question you were given, with the files and lines or the sources the "
        "answer is from. Say what you could not find.",
        frozenset(("read", "use_remote_tool")),
    ),
}


def tools_of(role: Role, tools: Sequence[Tool]) -> tuple[Tool, ...]:
    """The tools of a role among those of the run. Pure."""
    return tuple(tool for tool in tools if tool.action({})[0] in role.kinds)
