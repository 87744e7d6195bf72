"""From starting a run host to the first event of its agent, for every harness."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from time import perf_counter

from benchmarks.hosted import HARNESSES, Greeting, Hosted, Program, place
from benchmarks.measure import Measurement, compare, timed
from tests.agents.script import MAIN, Say, Script

ROUNDS = 2
SCRIPT: Script = {MAIN: [[Say("Done.")]]}
BARE = (sys.executable, "-c", "pass")


def measure() -> tuple[Measurement, ...]:
    """Against the agent's own program up to its first answer; a bare interpreter where there is none."""
    return tuple(
        compare(
            f"{harness.name}: start of the run host to the first event of the agent",
            partial(_hosted, harness),
            "`python -c pass`" if harness.program is None else "the agent alone, to its first answer",
            timed(partial(subprocess.run, BARE, check=True))
            if harness.program is None
            else partial(_alone, harness, harness.program),
            unit="start",
            rounds=ROUNDS,
        )
        for harness in HARNESSES
    )


def _hosted(harness: Hosted) -> float:
    with place(harness.world, SCRIPT) as here:
        start = perf_counter()
        with here.host(harness.name, "approval") as host:
            host.until(b'"type":"agent_spawned"')
            return perf_counter() - start


def _alone(harness: Hosted, greeting: Greeting) -> float:
    with place(harness.world, SCRIPT) as here:
        command = _found(greeting.command(here.environ), here.environ)
        start = perf_counter()
        with Program(command, here.workspace, here.environ) as agent:
            agent.send(greeting.hello)
            agent.until(greeting.answer)
            return perf_counter() - start


def _found(command: Sequence[str], environ: Mapping[str, str]) -> Sequence[str]:
    """Its program by its whole path: the PATH that counts is the agent's."""
    name, *arguments = command
    return (shutil.which(name, path=environ["PATH"]) or name, *arguments)
