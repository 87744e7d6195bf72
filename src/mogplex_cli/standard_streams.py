"""The standard streams at the start: what is wrong with them for what was asked, and none of them is missing."""

import os

from mogplex_cli.transport.router import Route


def misuse(route: Route, *, events: bool, task: bool, stdin_is_terminal: bool) -> str | None:
    """Why this command line cannot be done with stdin as it is, and what to write; None when it can.

    `events` and `task`: whether `--events` and `--task` are given.
    """
    if route.transport != "stdio" and not events:
        return None
    if stdin_is_terminal:
        return "events are read from stdin, and stdin is the terminal; pipe them in: mogplex --events=jsonl < run.jsonl"
    if route.transport != "stdio":
        return f"--events reads events from stdin, but {route.reason} chooses the {route.transport} transport"
    if task:
        return "--task starts a run, but stdin is a stream of events; MOGPLEX_TRANSPORT=process leaves stdin alone"
    return None


def fill_closed_streams() -> None:
    """Put /dev/null where a standard stream is closed, so that no file is opened in its place.

    It is opened for reading only: a command still cannot be written to a closed stdout, and is refused.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free descriptor is the one that is missing.
            os.open(os.devnull, os.O_RDONLY)
