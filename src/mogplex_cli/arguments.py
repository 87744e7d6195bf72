"""The launcher's command line."""

import argparse
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from mogplex_cli.exit_status import EXIT_USAGE
from mogplex_contracts.version import VERSION

DESCRIPTION = "The terminal cockpit from which you supervise AI coding agents."
EPILOG = """\
examples:
  mogplex                       open the cockpit in this folder
  mogplex --harness demo        the same, with runs driven by the offline demo
  mogplex --attach run_abc123   open the cockpit of a run that is in flight
  mogplex --plain               no screen: lines that a screen reader can read
  mogplex doctor                what works on this machine, and what to do about what does not
  mogplex approvals list        what waits for a decision in all runs; approve, reject
"""


class Arguments(NamedTuple):
    """What the command line says."""

    attach: str | None = None
    """The run to attach to."""
    observe: bool = False
    """Whether to attach read-only."""
    logout: bool = False
    """Whether to clear the stored Mogplex token first."""
    events: str | None = None
    """Format of the events on stdin, when they come from there."""
    harness: str | None = None
    """What drives new runs."""
    model: str | None = None
    """What model they use."""
    task: str | None = None
    """The task of a run to start at once."""
    plain: bool = False
    """Whether to print line by line instead of drawing a screen."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Name what is wrong in a line; argparse alone would print the whole usage."""
        self.exit(EXIT_USAGE, f"mogplex: {message}; see mogplex --help\n")


def parse_arguments(words: Sequence[str]) -> Arguments:
    """The arguments of `words`; leaves the program for --help and for what it does not understand."""
    parser = _Parser(
        prog="mogplex",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--attach", metavar="RUN_ID", help="attach to a run that is in flight")
    parser.add_argument("--observe", action="store_true", help="with --attach: watch, and change nothing")
    parser.add_argument("--logout", action="store_true", help="clear the stored Mogplex token first")
    parser.add_argument("--events", choices=("jsonl",), help="read events from stdin in this format")
    parser.add_argument(
        "--harness",
        metavar="NAME",
        help="what drives new runs: demo, native, codex, claude-code, acp:<agent or command>",
    )
    parser.add_argument("--model", metavar="SLUG", help="the model of new runs")
    parser.add_argument("--task", metavar="TEXT", help="start a run with this task at once")
    parser.add_argument(
        "--plain", action="store_true", help="print line by line, for screen readers and logs; draw nothing"
    )
    parser.add_argument("-V", "--version", action="version", version=f"mogplex {VERSION}")
    return Arguments(**vars(parser.parse_args(words)))
