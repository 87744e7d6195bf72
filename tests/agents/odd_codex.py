"""A program in codex's place that does what codex should not: `python odd_codex.py <how>`, see ODDITIES."""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

how = sys.argv[1]
THREAD, TURN = "thread-1", "turn-1"
DIE = "die-"


def send(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def told(method: str, **params: Any) -> None:
    send(method=method, params={"threadId": THREAD, "turnId": TURN, **params})


def die(point: str) -> None:
    if how == DIE + point:
        os.kill(os.getpid(), signal.SIGKILL)


def item(**more: Any) -> dict[str, Any]:
    return {"type": "commandExecution", "id": "c", "command": "bash -c 'ls'", "status": "inProgress", **more}


def garbage() -> None:
    for line in ("{", "\x00\xff", "[1]", '{"id": true}', '{"id": 99, "result": 1}', "hello " * 50, "{}"):
        sys.stdout.write(line + "\n")


def big_lines() -> None:
    told("item/started", item=item(), startedAtMs=1)
    done = item(status="completed", exitCode=0, aggregatedOutput="x" * 5_000_000)
    told("item/completed", item=done, completedAtMs=2)
    sys.stdout.write('{"method": "item/completed", "params": "' + "y" * 17_000_000 + '"}\n')


def flood() -> None:
    for number in range(50_000):
        sys.stderr.write(f"\x1b[31mnoise {number}\x1b[0m\n")


def malformed() -> None:
    told("item/started", item={"type": "commandExecution"})
    told("turn/plan/updated", plan=[{"nothing": 1}])
    told("thread/tokenUsage/updated", tokenUsage="many")
    send(method="serverRequest/resolved", params={"threadId": THREAD, "requestId": [1]})
    send(method="item/started", params={"threadId": [THREAD], "item": {"type": "agentMessage", "id": "x"}})
    send(id=7, method="item/fileChange/requestApproval", params={"itemId": {}, "threadId": 3})
    send(method="item/agentMessage/delta", params=[])
    send(method="item/agentMessage/delta")


def unknown_requests() -> None:
    for number in range(0, -200, -1):
        send(id=number, method="item/hologram/requestApproval", params={"threadId": THREAD})
    send(id=1, method="item/permissions/requestApproval", params={"threadId": THREAD, "reason": "network"})
    send(id=2, method="item/fileChange/requestApproval", params={"threadId": THREAD, "itemId": "nowhere"})


ODDITIES: dict[str, Callable[[], None]] = {
    "garbage": garbage,
    "big-lines": big_lines,
    "flood": flood,
    "malformed": malformed,
    "unknown-requests": unknown_requests,
}
"""What is done in the middle of a turn."""


def turn() -> None:
    told("turn/started", turn={"id": TURN})
    die("turn")
    if how == "silent-turn":
        return
    told("item/started", item=item(), startedAtMs=1)
    die("tool")
    told("item/completed", item=item(status="completed", exitCode=0), startedAtMs=1, completedAtMs=2)
    if how in ODDITIES:
        ODDITIES[how]()
    message = {"type": "agentMessage", "id": "m", "text": "Done."}
    told("item/completed", item=message, completedAtMs=3)
    die("message")
    if how == "goes-on":
        told("turn/completed", turn={"id": TURN, "status": "completed"})
        for number in range(500):
            late = item(id=f"late-{number}")
            told("item/started", item=late, startedAtMs=1)
            told("item/completed", item={**late, "status": "completed", "exitCode": 0}, completedAtMs=2)
    told("turn/completed", turn=7 if how == "malformed-end" else {"id": TURN, "status": "completed"})


def answer(request: dict[str, Any]) -> None:
    method, number = request.get("method"), request.get("id")
    if number is None or method is None or how == f"silent-{method}":
        return
    die(f"before-{method}")
    match method:
        case _ if how == f"refuse-{method}":
            send(id=number, error={"code": -32600, "message": "not today"})
        case "initialize":
            version = {"newer": "0.999.0", "older": "0.1.0", "unnumbered": "next"}.get(how, "0.169.0")
            send(id=number, result={"userAgent": f"mogplex/{version} (Linux)"})
        case "thread/start" | "thread/resume":
            send(id=number, result={"thread": {"id": THREAD}, "model": "odd-1"})
        case "turn/start":
            send(id=number, result={"turn": {"id": TURN}})
            turn()
        case _:
            send(id=number, result={})


for line in sys.stdin:
    answer(json.loads(line))
