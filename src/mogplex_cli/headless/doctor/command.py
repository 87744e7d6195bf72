"""`mogplex doctor [--json]`: runs every check side by side and tells what they found."""

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import anyio

from mogplex_cli.exit_status import EXIT_NOT_DONE, EXIT_USAGE
from mogplex_cli.headless.doctor.checks import CHECKS
from mogplex_cli.headless.doctor.finding import Check, Finding, Surroundings
from mogplex_cli.headless.doctor.report import healthy, report_json, report_lines
from mogplex_cli.headless.output import write_out
from mogplex_daemon.home.paths import find_home

CHECK_SECONDS = 45.0
"""How long a check may take; the rest is told without it."""


def run(words: Sequence[str]) -> int:
    """Do what the words after `mogplex doctor` say; the exit status: 1 when something is missing that is needed."""
    parser = _Parser(prog="mogplex doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args(words)
    try:
        where = Surroundings(find_home(os.environ), Path.cwd(), os.environ)
    except FileNotFoundError:
        parser.error("the folder this is started in is gone; go to one that is there")
    findings = anyio.run(look_at_all, where, CHECKS)
    said = report_json(findings) if arguments.json else "\n".join(report_lines(findings))
    written = write_out(f"{said}\n")
    return written if healthy(findings) else EXIT_NOT_DONE


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Name what is wrong in a line; argparse alone would print the whole usage."""
        self.exit(EXIT_USAGE, f"mogplex: {message}; see mogplex doctor --help\n")


async def look_at_all(
    where: Surroundings, checks: Mapping[str, Check], seconds: float = CHECK_SECONDS
) -> dict[str, tuple[Finding, ...]]:
    """What the checks find, in their order. One that fails or takes too long is a finding itself."""
    found: dict[str, tuple[Finding, ...]] = {}

    async def look(name: str, check: Check) -> None:
        try:
            with anyio.fail_after(seconds):
                found[name] = await check(where)
        except TimeoutError:
            found[name] = (Finding(name, "degraded", f"no answer within {seconds:g} s", "try again later"),)
        except Exception as error:
            told = f"could not be looked at: {type(error).__name__}: {error}"
            found[name] = (Finding(name, "degraded", told, "report this with the output of mogplex doctor"),)

    async with anyio.create_task_group() as tasks:
        for name, check in checks.items():
            tasks.start_soon(look, name, check)
    return {name: found[name] for name in checks}
