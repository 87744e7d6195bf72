"""From the command line to an open cockpit."""

import os
import sys
from dataclasses import replace

from mogplex_cli.arguments import Arguments
from mogplex_cli.exit_status import EXIT_UNAUTHORIZED, EXIT_UNAVAILABLE, EXIT_USAGE
from mogplex_cli.sign_in import NOT_INTERACTIVE, asks_to_sign_in, log_out, look_around, remaining
from mogplex_cli.standard_streams import fill_closed_streams, misuse
from mogplex_cli.terminal import NoTerminal, Streams, take_terminal
from mogplex_cli.wiring import wire


def launch(arguments: Arguments) -> int:
    """Open the cockpit and return the exit status when it is closed."""
    fill_closed_streams()
    try:
        wiring = wire(arguments)
    except FileNotFoundError:
        return _complain("the folder this is started in is gone; go to one that is there", EXIT_USAGE)
    route = wiring.route
    if route.diagnostic:
        wiring.log("transport_fallback", message=route.diagnostic)
        sys.stderr.write(f"mogplex: transport_fallback: {route.diagnostic}\n")
    problem = misuse(
        route,
        events=arguments.events is not None,
        task=arguments.task is not None,
        stdin_is_terminal=os.isatty(0),
    )
    if problem is not None:
        return _complain(problem, EXIT_USAGE)
    if arguments.observe and route.attach_run_id is None:
        return _complain("--observe watches a run: say which with --attach RUN_ID", EXIT_USAGE)
    if arguments.logout:
        try:
            log_out(wiring.home)
        except (OSError, ValueError) as error:
            fix = "the stored token was not cleared: mend or remove the file"
            return _complain(f"{wiring.home.auth}: {error}; {fix}", EXIT_UNAVAILABLE)
    wiring = look_around(wiring, told=remaining(wiring.home) if arguments.logout else ())
    if route.transport == "stdio":
        # What drives the stream's run is for the stream to say.
        wiring = replace(wiring, session=replace(wiring.session, harness=""))
    if arguments.plain and asks_to_sign_in(wiring) and not os.isatty(0):
        return _complain(NOT_INTERACTIVE, EXIT_UNAUTHORIZED)
    if arguments.plain and route.transport != "stdio":
        from mogplex_cli.plain.session import open_plain

        return open_plain(wiring, Streams(None, None, None))
    try:
        streams = take_terminal()
    except NoTerminal:
        if route.transport == "stdio":
            from mogplex_cli.headless.stream import run_stream

            return run_stream(wiring)
        return _complain("the cockpit needs a terminal, and there is none", EXIT_USAGE)
    if arguments.plain:
        from mogplex_cli.plain.session import open_plain

        return open_plain(wiring, streams)
    if os.environ.get("TERM") == "dumb":
        return _complain(
            "this terminal (TERM=dumb) cannot draw a screen; mogplex --plain prints lines", EXIT_USAGE
        )
    from mogplex_cli.open_cockpit import open_cockpit

    return open_cockpit(wiring, streams)


def _complain(message: str, status: int) -> int:
    sys.stderr.write(f"mogplex: {message}\n")
    return status
