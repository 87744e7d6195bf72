import json
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as some

from mogplex_daemon.harness.agents.jsonrpc import (
    BadLine,
    JsonRpc,
    Notification,
    Reply,
    Request,
    RpcError,
    RpcSilent,
    decode,
    encode,
)
from mogplex_daemon.harness.base import AgentCommand, AgentGone
from mogplex_daemon.runhost.agent_program import running_agent

pytestmark = pytest.mark.anyio

ECHO = """
import json, sys
for line in sys.stdin:
    said = json.loads(line)
    if said["method"] == "fail":
        print(json.dumps({"id": said["id"], "error": {"code": -1, "message": "no"}}), flush=True)
    elif said["method"] == "leave":
        sys.exit(0)
    elif said["method"] == "echo":
        print(json.dumps({"method": "heard", "params": said["params"]}), flush=True)
        print(json.dumps({"id": said["id"], "result": said["params"]}), flush=True)
"""
values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=5,
)


def test_a_call_with_the_id_0_is_a_call():
    assert decode(b'{"id":0,"method":"ask","params":{"a":1}}') == Request(0, "ask", {"a": 1})


@pytest.mark.parametrize(
    "value", ["NaN", "-Infinity", "1e999", "[" * 101 + "]" * 101, "[" * 90_000, "9" * 5_000]
)
def test_what_other_readers_could_not_read_is_no_message(value: str):
    assert isinstance(decode(b'{"method":"told","params":{"x":%s}}' % value.encode()), BadLine)


def test_many_brackets_are_no_depth():
    told = decode(b'{"method":"told","params":{"x":[%s[]]}}' % (b"{}," * 1_000))
    assert isinstance(told, Notification)
    assert len(told.params["x"]) == 1_001


def test_what_tells_a_message_is_which_keys_it_has():
    assert decode(b'{"method":"told"}') == Notification("told", {})
    assert decode(b'{"id":1,"result":null}') == Reply(1, None)
    assert decode(b'{"jsonrpc":"2.0","id":"x","result":{"a":1}}') == Reply("x", {"a": 1})
    failed = decode(b'{"id":1,"error":{"code":-32600,"message":"no"}}')
    assert isinstance(failed, Reply)
    assert failed.error is not None
    assert (failed.error.code, str(failed.error)) == (-32600, "no")


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"3", b'{"id":1}', b'{"id":null,"method":"x"}', b"\xff\xfe", b"{}"]
)
def test_a_line_that_is_no_message_says_why(line: bytes):
    found = decode(line)
    assert isinstance(found, BadLine)
    assert found.why


@given(some.binary() | values.map(lambda value: json.dumps(value).encode()))
def test_no_line_whatever_is_too_much(line: bytes):
    decode(line)


@given(some.dictionaries(some.text(), values))
def test_what_is_said_is_one_line_and_comes_back(params: dict[str, Any]):
    line = encode({"method": "told", "params": params})
    assert b"\n" not in line
    assert decode(line) == Notification("told", params)


async def test_replies_reach_their_callers_and_everything_else_the_reader(tmp_path: Path):
    command = AgentCommand((sys.executable, "-c", ECHO))
    async with running_agent(command, tmp_path, tmp_path) as program, anyio.create_task_group() as tasks:
        rpc, heard = JsonRpc(program), list[object]()

        async def listen() -> None:
            while (message := await rpc.next()) is not None:
                heard.append(message)

        tasks.start_soon(listen)
        assert await rpc.call("echo", {"a": 1}) == {"a": 1}
        with pytest.raises(RpcError, match="no"):
            await rpc.call("fail", {})
        with pytest.raises(AgentGone):
            await rpc.call("leave", {})
        with pytest.raises(AgentGone):
            await rpc.call("echo", {})
        assert heard == [Notification("heard", {"a": 1})]


async def test_a_call_that_is_not_answered_ends(tmp_path: Path):
    command = AgentCommand((sys.executable, "-c", ECHO))
    async with running_agent(command, tmp_path, tmp_path) as program, anyio.create_task_group() as tasks:
        rpc = JsonRpc(program, patience=0.2)
        tasks.start_soon(rpc.next)
        with pytest.raises(RpcSilent, match=r"did not answer nothing within 0\.2 s"):
            await rpc.call("nothing", {})
        tasks.cancel_scope.cancel()
