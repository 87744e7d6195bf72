"""What the run host costs for each tool call of codex, against driving codex directly with the same script."""

import json
from collections.abc import Callable
from functools import partial
from time import perf_counter

from benchmarks.hosted import CODEX_HELLO, Place, Program, place
from benchmarks.measure import Measurement, compare
from mogplex_contracts.vocabulary import PermissionMode
from mogplex_daemon.harness.codex.binary import find_codex
from mogplex_daemon.harness.codex.config import CONFINEMENT, prepare_home
from tests.agents.codex_world import codex_world
from tests.agents.script import MAIN, Run, Say, Script

CALLS = 20
ROUNDS = 2
MODES: dict[PermissionMode, str] = {
    "approval": "a client approves at once",
    "auto": "in the mode `auto`",
}

Drive = Callable[[Place, PermissionMode], list[float]]
"""Works through the script; when each of its calls was heard of."""


def measure() -> tuple[Measurement, ...]:
    """A row for each mode. The clock runs from the first call to the last one."""
    return tuple(
        compare(
            f"a tool call of codex through the run host, {how}",
            partial(_seconds, _hosted, mode),
            "codex driven directly",
            partial(_seconds, _directly, mode),
            unit="start",
            units=CALLS,
            rounds=ROUNDS,
        )
        for mode, how in MODES.items()
    )


def _seconds(drive: Drive, mode: PermissionMode) -> float:
    """Of so many calls; one more is made, because a call lasts until the next one."""
    calls = [[Run(f"echo {number}", asks=mode == "approval")] for number in range(CALLS + 1)]
    script: Script = {MAIN: [*calls, [Say("Done.")]]}
    with place(codex_world, script) as here:
        heard = drive(here, mode)
    if len(heard) != CALLS + 1:
        raise RuntimeError(f"{len(heard)} calls were heard of, not {CALLS + 1}")
    return heard[-1] - heard[0]


def _hosted(here: Place, mode: PermissionMode) -> list[float]:
    heard: list[float] = []
    with here.host("codex", mode) as host:
        for line in host:
            if b'"type":"approval_requested"' in line:
                heard.append(perf_counter())
                asked = json.loads(line)
                choice = {"approval_id": asked["approval_id"], "digest": asked["digest"]}
                host.send(
                    {
                        "v": 1, "id": f"cmd_{len(heard)}", "type": "approval_decide", "choices": [choice],
                        "decision": "approve",
                    }
                )  # fmt: skip
            elif mode == "auto" and b'"type":"tool_started"' in line:
                heard.append(perf_counter())
    return heard


def _directly(here: Place, mode: PermissionMode) -> list[float]:
    held = CONFINEMENT[mode]
    folder = here.root / "direct"
    folder.mkdir()
    home = prepare_home(folder, here.workspace, here.environ)
    environ = here.environ | {name: value for name, value in home.environ.items() if value is not None}
    heard: list[float] = []
    with Program((str(find_codex(environ)), "app-server"), here.workspace, environ) as codex:
        codex.send({"id": 0, "method": "initialize", "params": CODEX_HELLO})
        codex.until(b'"userAgent"')
        opened = {
            "cwd": str(here.workspace),
            "approvalPolicy": held.approval_policy,
            "sandbox": held.sandbox,
        }
        codex.send({"method": "initialized"}, {"id": 1, "method": "thread/start", "params": opened})
        thread = json.loads(codex.until(b'"id":1,'))["result"]["thread"]["id"]
        said = [{"type": "text", "text": "begin"}]
        codex.send({"id": 2, "method": "turn/start", "params": {"threadId": thread, "input": said}})
        for line in codex:
            if b'"item/commandExecution/requestApproval"' in line:
                heard.append(perf_counter())
                codex.send({"id": json.loads(line)["id"], "result": {"decision": "accept"}})
            elif mode == "auto" and b'"item/started"' in line and b'"commandExecution"' in line:
                heard.append(perf_counter())
            elif b'"turn/completed"' in line:
                break
    return heard
