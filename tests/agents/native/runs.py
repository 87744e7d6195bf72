"""Runs of the native harness on a model server of a test."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mogplex_contracts.commands import Command
from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.events.message import AssistantMessage
from mogplex_contracts.events.notice import Diagnostic, Error
from mogplex_contracts.events.run import RunStatusChanged
from mogplex_contracts.events.tool import ToolFinished, ToolStarted
from mogplex_contracts.ids import new_id
from mogplex_contracts.reduce.evolve import evolve
from tests.agents.anthropic_server import AnthropicDialect
from tests.agents.model_server import Call, Dialect, ModelServer, Turn
from tests.agents.openai_server import OpenAIDialect
from tests.support.run_host import Bench, Client, Host

DIALECTS: dict[str, Dialect] = {"openai": OpenAIDialect(), "anthropic": AnthropicDialect()}
TWO_HUNDRED = " ".join(f"w{number}" for number in range(200))
READ = Call("read_file", {"path": "README.md"})
CONFIG = """
[providers.{provider}]
base_url = "{url}"
protocol = "{protocol}"
api_key_env = "LOCAL_KEY"
model = "m1"

[native]
retries = 3
{native}

[models.m1]
{facts}
"""


@dataclass
class Native:
    """The native harness on a model server."""

    bench: Bench
    server: ModelServer
    host: Host
    client: Client

    async def to_the_end(self, approve: Callable[[ApprovalRequested], bool] = lambda _: True) -> None:
        await self.client.to_the_end(approve)

    async def send(self, command: Command) -> Command:
        """Send a command without waiting for its answer; the command that was sent."""
        sent = evolve(command, id=new_id("cmd"))
        await self.client.send(sent)
        return sent

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(event.code, event.message) for event in self.client.of(Error)]

    def told(self, code: str) -> list[str]:
        return [event.message for event in self.client.of(Diagnostic) if event.code == code]

    @property
    def said(self) -> list[str]:
        return [event.text for event in self.client.of(AssistantMessage)]

    @property
    def end(self) -> str:
        return self.client.of(RunStatusChanged)[-1].status

    @property
    def calls(self) -> list[tuple[str, str]]:
        ends = {event.call_id: event.outcome for event in self.client.of(ToolFinished)}
        return [(event.tool, ends[event.call_id]) for event in self.client.of(ToolStarted)]


@asynccontextmanager
async def native(
    bench: Bench,
    script: Sequence[Turn] | Callable[[dict[str, Any]], Turn],
    *,
    protocol: str = "openai",
    provider: str = "local",
    native: str = "",
    facts: str = "",
    task: str = "read the readme",
) -> AsyncIterator[Native]:
    bench.harness = "native"
    bench.environ["LOCAL_KEY"] = "sk-local-0123456789abcdef0123"
    async with ModelServer(DIALECTS[protocol], script).serve() as server:
        url = f"{server.url}/v1" if protocol == "openai" else server.url
        bench.write_home(
            "config.toml",
            CONFIG.format(url=url, provider=provider, protocol=protocol, native=native, facts=facts),
        )
        async with bench.host(task=task) as host:
            client = await host.begin()
            yield Native(bench, server, host, client)
