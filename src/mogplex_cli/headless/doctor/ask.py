"""Asks a program something: bounded in time, without input, and without Mogplex's own credential."""

import os
from collections.abc import Mapping, Sequence

import anyio

from mogplex_daemon.home.child_process import run_child

ASK_SECONDS = 30.0
DROPPED = frozenset(("MOGPLEX_API_KEY",))


class NoAnswer(Exception):
    """The program gave no usable answer; the message says why."""


class TooSlow(NoAnswer):
    """It did not answer in time; asked again, it would hardly do so."""


async def ask(command: Sequence[str], environ: Mapping[str, str], seconds: float = ASK_SECONDS) -> str:
    """What `command` says on stdout. Raises NoAnswer, and of those TooSlow."""
    passed = {name: value for name, value in environ.items() if name not in DROPPED}
    try:
        with anyio.fail_after(seconds):
            done = await run_child(
                command,
                keep_stderr=True,
                env={**passed, "NO_COLOR": "1", "CI": "1"},
                cwd=os.sep,
                start_new_session=True,
            )
    except TimeoutError:
        raise TooSlow(f"does not answer within {seconds:g} s") from None
    except OSError as error:
        raise NoAnswer(f"cannot be started: {error.strerror}") from None
    said = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode != 0:
        complaint = done.stderr.decode("utf-8", "replace").strip().splitlines() or [said]
        raise NoAnswer(f"ends with exit status {done.returncode}: {complaint[-1][:200]}")
    return said
