"""What confining a command costs, against starting the same one plainly."""

import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.measure import AtMost, Measurement, compare
from mogplex_daemon.runhost.process_tree import reap_group
from mogplex_daemon.runhost.sandbox.level import METHODS, Method, refusal
from mogplex_daemon.runhost.sandbox.policy import SandboxRules, policy_now, sandbox_rules

COMMAND = ("/bin/sh", "-c", "exit 0")
COMMANDS = 5
ROUNDS = 15
BUDGETS = {"bubblewrap": AtMost(25), "landlock": AtMost(60)}


def measure() -> tuple[Measurement, ...]:
    """A row for each method that works here; the policy is made anew for every command, as in a run."""
    with tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder:
        workspace, temporary = Path(folder, "work"), Path(folder, "tmp")
        workspace.mkdir()
        temporary.mkdir()
        subprocess.run(("git", "init", "--quiet", str(workspace)), check=True)
        rules = sandbox_rules(workspace, temporary, Path(folder, "home"), os.environ)
        return tuple(
            compare(
                f"a command confined by {method.name}",
                partial(_confined, method, rules),
                "the same command, plainly",
                partial(_plainly, workspace),
                unit="start",
                units=COMMANDS,
                rounds=ROUNDS,
                budget=BUDGETS.get(method.name),
            )
            for method in METHODS["linux"]
            if refusal(method, rules) is None
        )


def _plainly(workspace: Path) -> float:
    start = perf_counter()
    for _ in range(COMMANDS):
        subprocess.run(COMMAND, cwd=workspace, stdin=subprocess.DEVNULL, check=True)
    return perf_counter() - start


def _confined(method: Method, rules: SandboxRules) -> float:
    start = perf_counter()
    for _ in range(COMMANDS):
        with method.launch(COMMAND, policy_now(rules)) as launch:
            process = subprocess.Popen(
                launch.argv,
                pass_fds=launch.pass_fds,
                cwd=rules.workspace,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        if process.wait() != 0:
            raise RuntimeError(f"{method.name} did not run the command")
        reap_group(process.pid)
    return perf_counter() - start
