"""Calls the account: one method a route, and a clear word for whatever goes wrong."""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from mogplex_cli.account.oauth import DISCOVERY_PATH
from mogplex_contracts.text import one_line
from mogplex_daemon.home.token_endpoint import TOKEN_PATH, json_of

if TYPE_CHECKING:
    import httpx

MODELS_PATH = "/api/models?format=cli"
MCP_SERVERS_PATH = "/api/v1/mogplex/mcp/servers"
SETTINGS_PATH = "/api/settings"
TIMEOUT_SECONDS = 20.0
MOST_BYTES = 8_000_000
ABSENT = (404, 405, 410)


class HostedTrouble(Exception):
    """The account could not be asked, or its answer cannot be used; the message says which."""

    def __init__(self, message: str, status: int = 0) -> None:
        """`status`: of HTTP; 0 when there was no answer."""
        super().__init__(message)
        self.status = status


class Hosted:
    """The account at one address. Use it in an `async with`; httpx is loaded with it. Entering raises HostedTrouble."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        import httpx

        # Redirects are not followed: a token goes where a person said and nowhere else.
        try:
            self._client = httpx.AsyncClient(
                base_url=self.address, timeout=TIMEOUT_SECONDS, follow_redirects=False
            )
        except httpx.InvalidURL as error:
            raise HostedTrouble(f"{self.address} is no address ({error})") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def speaks_oauth(self) -> bool:
        """Whether it has the newer sign-in. Raises HostedTrouble."""
        status, _ = await self._ask("GET", DISCOVERY_PATH)
        if status not in (200, *ABSENT):
            raise HostedTrouble(f"{self.address} answered {status}", status)
        return status == 200

    async def exchange(self, form: Mapping[str, str]) -> Any:
        """The token endpoint's answer. Raises HostedTrouble."""
        status, content = await self._ask("POST", TOKEN_PATH, form=form)
        if status != 200:
            raise HostedTrouble(_refusal(self.address, status, content), status)
        return content

    async def models(self, token: str) -> Any:
        """The models the account may use, as the CLI's picker wants them. Raises HostedTrouble."""
        return await self._get(MODELS_PATH, token)

    async def mcp_servers(self, token: str) -> Any:
        """The account's MCP servers with their credentials. Raises HostedTrouble."""
        return await self._get(MCP_SERVERS_PATH, token)

    async def default_model(self, token: str) -> str:
        """The model the account's owner has chosen; empty when that is not told. Raises HostedTrouble."""
        content = await self._get(SETTINGS_PATH, token)
        fields = cast(dict[str, Any], content) if isinstance(content, dict) else {}
        inner = fields.get("data")
        held = cast(dict[str, Any], inner) if isinstance(inner, dict) else fields
        chosen = held.get("default_model")
        return chosen.strip()[:200] if isinstance(chosen, str) else ""

    async def _get(self, path: str, token: str) -> Any:
        status, content = await self._ask("GET", path, token=token)
        if status != 200:
            raise HostedTrouble(_refusal(self.address, status, content), status)
        if content is None:
            raise HostedTrouble(f"{self.address}{path} answered something that is not JSON", status)
        return content

    async def _ask(
        self, method: str, path: str, *, token: str = "", form: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of an answer; None for a body that is no JSON."""
        import httpx

        assert self._client is not None, "used in an `async with`"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = bytearray()
        try:
            async with self._client.stream(method, path, headers=headers, data=form) as answer:
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise HostedTrouble(f"{self.address}{path} answers more than {MOST_BYTES} bytes")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HostedTrouble(f"{self.address} cannot be reached ({_why(error)})") from error
        except UnicodeError as error:
            raise HostedTrouble(
                "the token holds characters that no token has: set or paste it anew"
            ) from error
        return answer.status_code, json_of(bytes(body))


def _why(error: Exception) -> str:
    """An error of the network in a few words."""
    return one_line(str(error), 120) or type(error).__name__


def _refusal(address: str, status: int, content: Any) -> str:
    """What the account said, without the packing around it: `error` and `error_description`, or `message`."""
    fields = cast(dict[str, Any], content) if isinstance(content, dict) else {}
    error = fields.get("error")
    inner = cast(dict[str, Any], error) if isinstance(error, dict) else fields
    said = inner.get("message") or inner.get("error_description") or (error if isinstance(error, str) else "")
    return f"{address} answered {status}{f' · {one_line(str(said), 200)}' if said else ''}"
