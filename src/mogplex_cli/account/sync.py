"""What is kept of the account on this machine: its model catalog and its MCP servers."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import anyio.to_thread

from mogplex_cli.account.hosted import Hosted, HostedTrouble
from mogplex_cli.account.outcomes import Synced
from mogplex_daemon.home.atomic import write_atomic
from mogplex_daemon.home.paths import Home


async def sync(hosted: Hosted, token: str, home: Home, clock: Callable[[], float] = time.time) -> Synced:
    """Fetch both and keep them. A failure leaves what was there, and is told in the outcome. Never raises."""
    problems: list[str] = []
    statuses: list[int] = []

    async def part(fetch: Callable[[], Awaitable[int]]) -> int | None:
        try:
            return await fetch()
        except HostedTrouble as trouble:
            statuses.append(trouble.status)
            problems.append(str(trouble))
        except OSError as error:
            problems.append(f"{error.filename or home.root}: {error.strerror}")
        return None

    async def models() -> int:
        entries = listed(await hosted.models(token), "catalog", "models")
        if entries is None:
            raise HostedTrouble(f"{hosted.address}: the answer holds no list of models")
        chosen = await _default_model(hosted, token)
        kept = {"models": entries, "default_model": chosen or None, "synced_at": int(clock())}
        await anyio.to_thread.run_sync(write_atomic, home.models, json.dumps(kept).encode())
        return len(entries)

    async def servers() -> int:
        answer = await hosted.mcp_servers(token)
        inner = cast(dict[str, Any], answer).get("data", answer) if isinstance(answer, dict) else answer
        entries = listed(inner, "servers")
        if entries is None:
            raise HostedTrouble(f"{hosted.address}: the answer holds no list of MCP servers")
        # It holds credentials: private like auth.json, and never written anywhere else.
        await anyio.to_thread.run_sync(write_atomic, home.remote_mcp_servers, json.dumps(answer).encode())
        return len(entries)

    found = await part(models), await part(servers)
    return Synced(*found, tuple(dict.fromkeys(problems)), refused=401 in statuses)


def listed(content: Any, *names: str) -> list[Any] | None:
    """The list that is the content, or that is below one of these names in it. Pure."""
    if isinstance(content, list):
        return cast(list[Any], content)
    fields = cast(dict[str, Any], content) if isinstance(content, dict) else {}
    found = (fields.get(name) for name in names)
    return next((cast(list[Any], each) for each in found if isinstance(each, list)), None)


async def _default_model(hosted: Hosted, token: str) -> str:
    """What the account's owner has chosen; an account that does not tell is no reason to stop."""
    try:
        return await hosted.default_model(token)
    except HostedTrouble:
        return ""
