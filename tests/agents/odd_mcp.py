"""An MCP server that does what servers should not: `python odd_mcp.py WAY`, see WAYS. One that does not say that it
knows newer ways is spoken to in the older ones."""

import json
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

WAY = sys.argv[1]
FLAPS = 3_000
DEEP: dict[str, Any] = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(50_000)}}
lists = count()


def send(**message: Any) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def changed() -> None:
    send(method="notifications/tools/list_changed")


def tool(name: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "description": name * 1_000, "inputSchema": schema or {"type": "object"}}


def grows() -> dict[str, Any]:
    """It has another tool each time it is asked."""
    return {"tools": [tool(f"tool_{number}") for number in range(next(lists) + 1)]}


def huge() -> dict[str, Any]:
    return {"tools": [tool("deep", DEEP), *(tool(f"tool_{number}") for number in range(500))]}


def without_end() -> dict[str, Any]:
    """Every page has another behind it."""
    return {"tools": [tool(f"tool_{next(lists)}")], "nextCursor": "more"}


def same_page() -> dict[str, Any]:
    """The page behind the first is the first."""
    return {"tools": [tool("again")], "nextCursor": "more"}


WAYS: dict[str, Callable[[], dict[str, Any]]] = {
    each.__name__: each for each in (grows, huge, without_end, same_page)
} | {"flaps": grows}


def answers(params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a call comes to, after what is said beside it."""
    token = params.get("_meta", {}).get("progressToken")
    if params["name"] == "flood" or WAY == "huge":
        for number in range(20_000):
            told = {"progressToken": token, "progress": number, "message": "x" * 20}
            send(method="notifications/progress", params=told)
        yield {"content": [{"type": "text", "text": "y" * 3_000_000}]}
    else:
        yield {"content": [{"type": "text", "text": "ok"}]}


for line in sys.stdin:
    request = json.loads(line)
    number, method = request.get("id"), request.get("method")
    match method:
        case "initialize":
            able = {"tools": {"listChanged": True}}
            version = request["params"]["protocolVersion"]
            send(
                id=number,
                result={
                    "protocolVersion": version,
                    "capabilities": able,
                    "serverInfo": {"name": WAY, "version": "1"},
                },
            )
        case "tools/list":
            send(id=number, result=WAYS[WAY]())
            if WAY == "flaps" and next(lists) < FLAPS:
                changed()
        case "tools/call":
            for result in answers(request["params"]):
                send(id=number, result=result)
            if WAY == "grows":
                changed()
        case "ping":
            send(id=number, result={})
        case _ if number is not None:
            send(id=number, error={"code": -32601, "message": "unknown"})
        case _:
            pass
