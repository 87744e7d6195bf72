"""A small agent that speaks the Agent Client Protocol, and misbehaves as it is told: `acp_agent.py <how>`."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

how = sys.argv[1]
SESSION = "session-1"
OPTIONS = [
    {"optionId": "yes", "name": "Yes", "kind": "allow_once"},
    {"optionId": "ever", "name": "Always", "kind": "allow_always"},
    {"optionId": "no", "name": "No", "kind": "reject_once"},
    {"optionId": "never", "name": "Never", "kind": "reject_always"},
]
STOPS = {"refusal": "refusal", "length": "max_tokens", "brand-new-stop": "brand_new"}
asked = 0
stopped: list[bool] = []


def send(**message: Any) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def told(**update: Any) -> None:
    send(method="session/update", params={"sessionId": SESSION, "update": update})


def says(text: str, **more: Any) -> None:
    told(sessionUpdate="agent_message_chunk", content={"type": "text", "text": text}, **more)


def read() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def die(point: str) -> None:
    if how == f"die-{point}":
        sys.stderr.write(f"dying at {point}\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def asks(options: list[dict[str, str]] = OPTIONS, **call: Any) -> Any:
    """Ask, and give what was answered: an option, `cancelled`, or None when the turn was cancelled first."""
    global asked
    asked += 1
    number = f"ask-{asked}"
    send(
        id=number,
        method="session/request_permission",
        params={"sessionId": SESSION, "toolCall": {"toolCallId": f"t{asked}", **call}, "options": options},
    )
    die("asking")
    while (answer := read()).get("id") != number:
        pass
    outcome = answer["result"]["outcome"]
    return outcome.get("optionId", outcome["outcome"])


def diff(path: str, text: str) -> dict[str, Any]:
    return {"type": "diff", "path": path, "oldText": None, "newText": text}


def garbage() -> None:
    for line in (
        "{",
        "[1]",
        "npm warn hello",
        '{"id": true}',
        "null",
        '{"id": 99, "result": 1}',
        "{}",
        "\x00",
    ):
        sys.stdout.write(line + "\n")


def big() -> None:
    says("y" * 5_000_000)
    sys.stdout.write('{"method": "session/update", "params": "' + "z" * 17_000_000 + '"}\n')


def flood() -> None:
    for number in range(50_000):
        sys.stderr.write(f"\x1b[31mnoise {number}\x1b[0m\n")


def malformed() -> None:
    told(sessionUpdate="brand_new_kind", x=1)
    told(sessionUpdate="tool_call", toolCallId=7, title=[], content="no")
    told(
        sessionUpdate="tool_call",
        toolCallId="m",
        kind="brand_new",
        status="in_progress",
        content=[1, {}],
        rawInput=3,
    )
    told(sessionUpdate="tool_call_update", toolCallId="m", status="completed", locations="here")
    told(sessionUpdate="plan", entries=[{"content": 1, "status": 2}, 5])
    told(sessionUpdate="usage_update", used="many", cost=[])
    send(method="session/update", params=[1])
    send(method="session/update", params={"sessionId": "of nobody", "update": {}})
    send(
        id="x1",
        method="session/request_permission",
        params={"options": [{"kind": "allow_once", "optionId": "yes"}]},
    )
    send(id="x2", method="brand/new", params={})
    send(id="x3", method="fs/write_text_file", params={"path": "/etc/passwd", "content": ""})
    send(id="x4", method="elicitation/create", params={"message": "which?"})
    says("Still here.")


def ordered() -> None:
    for number in range(50):
        says(f"{number} ")


def only_always() -> None:
    answer = asks([OPTIONS[1], OPTIONS[3]], kind="execute", title="touch forever")
    says(f"answer {answer}")


def both() -> None:
    """A write that calls itself reading, and a command that does so too."""
    first = asks(kind="read", title="look", content=[diff("made.txt", "made\n")])
    second = asks(kind="read", title="look", rawInput={"command": "touch made-by-command"})
    says(f"{first} {second}")


def three() -> None:
    """Three wishes at once, once; what each was answered, in their order."""
    global asked
    if asked:
        return
    asked = 3
    numbers = ("one", "two", "three")
    for number in numbers:
        call = {"toolCallId": number, "kind": "execute", "title": f"pnpm test {number}"}
        send(
            id=number,
            method="session/request_permission",
            params={
                "sessionId": SESSION,
                "toolCall": {**call, "rawInput": {"command": f"pnpm test {number}"}},
                "options": OPTIONS,
            },
        )
    answers: dict[str, str] = {}
    while len(answers) < len(numbers):
        message = read()
        if message.get("id") in numbers:
            outcome = message["result"]["outcome"]
            answers[message["id"]] = outcome.get("optionId", outcome["outcome"])
    says(" ".join(answers[number] for number in numbers))


def writes() -> None:
    answer = asks(kind="edit", title="Writing", content=[diff("made.txt", "made\n")])
    if answer == "yes":
        Path("made.txt").write_text("made\n")
    told(
        sessionUpdate="tool_call_update",
        toolCallId=f"t{asked}",
        status="completed" if answer == "yes" else "failed",
    )
    says(f"answer {answer}")


def stubborn() -> None:
    told(sessionUpdate="tool_call", toolCallId="s", title="busy", kind="execute", status="in_progress")
    while True:
        read()


def withdraws() -> None:
    """Ask, and take it back."""
    params = {"sessionId": SESSION, "toolCall": {"toolCallId": "w", "kind": "execute", "title": "touch gone"}}
    send(id="w1", method="session/request_permission", params={**params, "options": OPTIONS})
    send(method="$/cancel_request", params={"requestId": "w1"})
    while (answer := read()).get("id") != "w1":
        pass
    says(f"answer {answer['result']['outcome']['outcome']}")


def twice() -> None:
    """Ask for two things under one id."""
    for title in ("touch a", "touch b"):
        call = {"toolCallId": title, "kind": "execute", "title": title}
        params = {"sessionId": SESSION, "toolCall": call, "options": OPTIONS}
        send(id="same", method="session/request_permission", params=params)
    for _ in range(2):
        while read().get("id") != "same":
            pass


def stops() -> None:
    """A denial ends the turn as if a person had stopped it."""
    if asked == 0:
        asks(kind="execute", title="touch denied")
        told(sessionUpdate="tool_call_update", toolCallId=f"t{asked}", status="failed")
        stopped.append(True)


def late() -> None:
    """Updates that come when the turn is over."""
    told(sessionUpdate="tool_call", toolCallId="l", title="ls", kind="execute", status="in_progress")


PROMPTS = {
    "garbage": garbage, "big": big, "flood": flood, "malformed": malformed, "ordered": ordered,
    "only-always": only_always, "both": both, "three": three, "writes": writes, "stubborn": stubborn,
    "withdraws": withdraws, "stops": stops, "late": late, "twice": twice,
}  # fmt: skip


def prompt(number: Any, text: str) -> None:
    if how == "silent-prompt":
        while "method" not in (message := read()) or message["method"] != "session/cancel":
            pass
        return send(id=number, result={"stopReason": "cancelled"})
    says("I begin. ")
    die("prompt")
    if how in ("error-429", "error-plain"):
        said = "rate limit reached" if how == "error-429" else "something odd"
        return send(id=number, error={"code": -32603, "message": said})
    if how == "die-asking":
        asks(kind="execute", title="touch never")
    if how in PROMPTS:
        PROMPTS[how]()
    if how == "wanders":
        told(sessionUpdate="current_mode_update", currentModeId="yolo")
        while read().get("params", {}).get("modeId") != "ask":
            pass
    says(f"Heard: {text}")
    stop = "cancelled" if stopped and stopped.pop() else STOPS.get(how, "end_turn")
    send(id=number, result={"stopReason": stop})
    if how == "late":
        told(sessionUpdate="tool_call_update", toolCallId="l", status="completed")
        told(sessionUpdate="session_info_update", title="A title")
    return None


def main() -> None:
    die("start")
    if how == "silent":
        time.sleep(600)
    while True:
        message = read()
        method, number = message.get("method"), message.get("id")
        if method == "initialize":
            die("initialize")
            send(
                id=number,
                result={"protocolVersion": 2 if how == "newer" else 1, "authMethods": [{"name": "A key"}]},
            )
        elif method == "session/new":
            die("session")
            if how == "login":
                send(id=number, error={"code": -32000, "message": "Authentication required"})
                continue
            if how == "late":
                told(sessionUpdate="available_commands_update", availableCommands=[])
                told(sessionUpdate="agent_message_chunk", content={"type": "text", "text": "too early"})
            modes = {"currentModeId": "yolo", "availableModes": [{"id": "yolo"}, {"id": "ask"}]}
            send(id=number, result={"sessionId": SESSION, "modes": modes})
        elif method == "session/prompt":
            prompt(number, message["params"]["prompt"][-1]["text"])
            die("end")
        elif number is not None:
            send(id=number, result={})


main()
