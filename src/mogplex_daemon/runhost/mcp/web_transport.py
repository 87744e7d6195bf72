"""Carries MCP messages over HTTP: streamable, or the older server-sent events where the address ends in /sse."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx2
from mcp.client._transport import TransportStreams
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

from mogplex_daemon.harness.base import McpServerSpec
from mogplex_daemon.runhost.mcp.trace import Trace

CONNECT_SECONDS = 30.0


@asynccontextmanager
async def web_transport(spec: McpServerSpec, trace: Trace) -> AsyncGenerator[TransportStreams]:
    """Give the streams of messages to and from `spec.url`. Redirects to other hosts are not followed."""
    if urlsplit(spec.url).path.rstrip("/").endswith("/sse"):

        def with_headers(
            headers: dict[str, str] | None = None,
            timeout: httpx2.Timeout | None = None,
            auth: httpx2.Auth | None = None,
        ) -> httpx2.AsyncClient:
            return _client({**(headers or {}), **spec.headers}, ("GET", "POST"), trace)

        async with sse_client(spec.url, httpx_client_factory=with_headers) as streams:
            yield streams
    else:
        # Many servers refuse the GET that would open a stream of their own; that is no fault.
        client = _client(spec.headers, ("POST",), trace)
        async with client, streamable_http_client(spec.url, http_client=client) as streams:
            yield streams


def _client(headers: Mapping[str, str], telling: tuple[str, ...], trace: Trace) -> httpx2.AsyncClient:
    async def note(response: httpx2.Response) -> None:
        # The client library says only in general words what went wrong.
        if response.request.method in telling:
            trace.http_status = response.status_code if response.status_code >= 400 else None

    # No limit for reading: a stream that waits for events may be silent for long, and calls have their own.
    timeout = httpx2.Timeout(CONNECT_SECONDS, read=None)
    return httpx2.AsyncClient(headers=dict(headers), timeout=timeout, event_hooks={"response": [note]})
