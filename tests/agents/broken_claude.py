"""A program that is started as `claude` and goes wrong in one way: python broken_claude.py WAY. What it says when it
says the right thing is what the real one says, at its shortest."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HUGE = 20 * 2**20
"""Bytes of a line that is longer than anybody keeps."""
BIG = 5 * 2**20


def say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def heard() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def greet() -> None:
    say(type="control_response", response={"subtype": "success", "request_id": heard()["request_id"]})


def begin() -> None:
    """Take up the prompt."""
    greet()
    while heard()["type"] != "user":
        pass
    say(type="system", subtype="init", session_id="s", model="m", claude_code_version="99.0.0")


def end(text: str = "It is done.") -> None:
    say(type="assistant", message={"id": "m", "content": [{"type": "text", "text": text}]})
    say(type="result", subtype="success", is_error=False, result=text, modelUsage={})
    while True:
        heard()


def die() -> None:
    sys.stderr.write("Segmentation fault\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def garbage() -> None:
    begin()
    for line in (
        "no JSON at all",
        "[1, 2]",
        "3",
        '{"half":',
        "\x1b[2J\x1b[31m",
        *(f"more {n}" for n in range(50)),
    ):
        print(line, flush=True)
    sys.stdout.buffer.write(b"\xff\xfe\x00\n")
    end()


def long_lines() -> None:
    begin()
    say(type="assistant", message={"id": "b", "content": [{"type": "text", "text": "x" * BIG}]})
    print("y" * HUGE, flush=True)
    end()


def stderr_flood() -> None:
    begin()
    for number in range(20_000):
        print(f"\x1b[31mnoise {number}\x1b[0m", file=sys.stderr)
    end()


def silent() -> None:
    time.sleep(1_000)


def silent_after_prompt() -> None:
    begin()
    time.sleep(1_000)


def refuses() -> None:
    answer = {"subtype": "error", "request_id": heard()["request_id"], "error": "no such subscription"}
    say(type="control_response", response=answer)
    heard()


def dies_at_once() -> None:
    die()


def dies_after_hello() -> None:
    greet()
    die()


def dies_in_the_middle() -> None:
    begin()
    die()


def dies_while_it_asks() -> None:
    begin()
    ask("1")
    die()


def leaves_calls_open() -> None:
    """It ends its turn, and tells the end of no call; of one it asks twice, of another it waits for no answer."""
    begin()
    for number, text in (("1", "one"), ("2", "two")):
        write = {"file_path": str(Path.cwd() / "a.txt"), "content": text}
        ask(number, tool_name="Write", input=write, tool_use_id="w")
        while heard()["type"] != "control_response":
            pass
    ask("3", tool_use_id="late")
    say(type="result", subtype="success", is_error=False, result="First.", modelUsage={})
    while heard()["type"] != "user":
        pass
    end()


def leaves_in_the_middle() -> None:
    begin()
    sys.exit(0)


def ask(request_id: str, **more: Any) -> None:
    request = {
        "subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "touch x"}, "tool_use_id": "t", **more,
    }  # fmt: skip
    say(type="control_request", request_id=request_id, request=request)


def newer() -> None:
    """It says and asks what nobody has heard of, and answers what nobody asked."""
    begin()
    say(type="thought_transfer", payload={"deep": [1, 2]})
    say(type="system", subtype="never_heard_of", data=None)
    say(
        type="stream_event",
        event={"type": "content_block_delta", "index": 7, "delta": {"type": "aura_delta"}},
    )
    say(type="control_response", response={"subtype": "success", "request_id": "nobody"})
    say(type="control_request", request_id="q", request={"subtype": "mind_meld"})
    answer = heard()
    assert answer["response"]["subtype"] == "error", answer
    ask("1", tool_name="Telepathy", input={"to": "all"}, tool_use_id="t2")
    while (answer := heard())["type"] != "control_response":
        pass
    end(answer["response"]["response"]["behavior"])


def withdraws() -> None:
    """It asks, and takes that back by itself."""
    begin()
    ask("1")
    say(type="control_cancel_request", request_id="1")
    say(type="control_cancel_request", request_id="2")
    end()


WAYS: dict[str, Callable[[], None]] = {
    each.__name__: each
    for each in (
        garbage, long_lines, stderr_flood, silent, silent_after_prompt, refuses, dies_at_once, dies_after_hello,
        dies_in_the_middle, dies_while_it_asks, leaves_calls_open, leaves_in_the_middle, newer, withdraws,
    )
}  # fmt: skip

if __name__ == "__main__":
    WAYS[sys.argv[1]]()
