"""An error nobody caught: the terminal is restored, the person reads one line, the log gets the rest."""

import traceback

from textual.worker import WorkerFailed

from mogplex_contracts.text import one_line


class Stopped(Exception):
    """Stands for the error that stopped the cockpit. Its text is all that reaches the terminal.

    Textual prints an exception that can render itself as it is, and a traceback for any other; this one can.
    """

    def __rich__(self) -> str:
        """The one line."""
        return str(self).replace("[", "\\[")


def stopped(error: Exception, log_path: str, run_id: str) -> Stopped:
    """The error as a person may read it: what, where the details are, and what goes on without the cockpit."""
    cause = real_cause(error)
    first = one_line(str(cause).strip().partition("\n")[0])
    what = f"{type(cause).__name__}: {first}" if first else type(cause).__name__
    parts = [f"mogplex stopped: {what}"]
    if log_path:
        parts.append(f"details in {log_path}")
    if run_id:
        parts.append(f"the run goes on: mogplex --attach {run_id}")
    return Stopped(" · ".join(parts))


def real_cause(error: Exception) -> BaseException:
    """What went wrong, without the wrapping of the worker it went wrong in."""
    return error.error if isinstance(error, WorkerFailed) else error


def told(error: Exception) -> str:
    """The whole traceback, for the log."""
    return "".join(traceback.format_exception(real_cause(error)))
