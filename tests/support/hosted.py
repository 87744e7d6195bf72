"""A Mogplex account on loopback that speaks the real protocol: both sign-ins, the catalog, MCP servers, inference."""

import base64
import fcntl
import hashlib
import json
import secrets
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

REDIRECTS = tuple(
    f"http://{host}:{port}/auth/callback" for host in ("127.0.0.1", "localhost") for port in (24816, 24818)
)
PORTS_LOCK = Path(tempfile.gettempdir()) / "mogplex-tests-sign-in.lock"
MODELS = [
    {
        "slug": "acme/swift",
        "provider": "acme",
        "displayName": "Swift",
        "contextWindow": 200_000,
        "pricing": {"inputPerMillion": 2, "outputPerMillion": 8, "currency": "USD"},
    },
    {"slug": "acme/deep", "provider": "acme", "displayName": "Deep", "contextWindow": 400_000},
]
SERVERS = [
    {"name": "linear", "enabled": True, "config": {"url": "http://127.0.0.1:9/mcp", "http_headers": {}}}
]
BROWSER = """\
import json, sys, urllib.request
page = urllib.request.urlopen(sys.argv[1], timeout=90).read()
if page.startswith(b"{"):
    told = json.loads(page)
    origin = {"Origin": told["origin"]}
    asks = {
        **origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-cli-nonce",
        "Access-Control-Request-Private-Network": "true",
    }
    flight = urllib.request.Request(told["callback"], method="OPTIONS", headers=asks)
    with urllib.request.urlopen(flight, timeout=90) as answer:
        assert answer.headers["Access-Control-Allow-Private-Network"] == "true", answer.headers
    body = json.dumps({"token": told["token"], "name": told["name"]}).encode()
    headers = {**origin, "Content-Type": "application/json", "X-CLI-Nonce": told["nonce"]}
    urllib.request.urlopen(urllib.request.Request(told["callback"], body, headers), timeout=90).read()
"""
Headers = dict[str, str]


def id_token(mail: str) -> str:
    """An unsigned token that names a person."""
    parts = ({"alg": "none"}, {"email": mail})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*encoded, "x"))


class HostedAccount:
    """Answers as its fields say, and keeps what it was asked."""

    def __init__(self, *, oauth: bool = True, consent: str = "agree", expires_in: int = 3600) -> None:
        self.oauth = oauth
        self.consent = consent
        """agree, deny, or stranger: an answer of somebody else's sign-in comes first."""
        self.expires_in = expires_in
        self.models: Any = MODELS
        self.servers: Any = {"ok": True, "data": {"servers": SERVERS}}
        self.token_status = 200
        self.asked: list[tuple[str, str]] = []
        """Method and path of every request."""
        self.bearers: list[str] = []
        """The bearer of every call of a model."""
        self.valid: set[str] = set()
        """Access tokens that are taken."""
        self.refresh: set[str] = set()
        """Refresh tokens that were not used."""
        self.reused = 0
        """How often a refresh token came that was used before: each would end the sign-in."""
        self.personal = "mog_" + "Z9" * 16
        self.mail = "ada@example.org"
        self._codes: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.valid.add(self.personal)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def env(self) -> dict[str, str]:
        """What leads a program here."""
        return {"MOGPLEX_URL": self.address, "MOGPLEX_DEV": "1"}

    @contextmanager
    def running(self) -> Iterator["HostedAccount"]:
        """Serve for as long as the context lasts; one at a time on this machine, as the ports of OAuth are given."""
        with PORTS_LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield from self._serving()

    def _serving(self) -> Iterator["HostedAccount"]:
        thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def grant(self) -> dict[str, Any]:
        """Another pair of tokens."""
        access, refresh = f"at-{secrets.token_hex(16)}", f"rt-{secrets.token_hex(16)}"
        self.valid.add(access)
        self.refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "id_token": id_token(self.mail),
            "expires_in": self.expires_in,
            "token_type": "Bearer",
        }

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Headers, bytes]:
        """Status, headers and body."""
        url = urlsplit(target)
        query = dict(parse_qsl(url.query))
        with self._lock:
            self.asked.append((method, url.path))
            match method, url.path:
                case "GET", "/.well-known/oauth-authorization-server":
                    return _json({"issuer": self.address}) if self.oauth else _json({}, 404)
                case "GET", "/api/auth/mcp/authorize" if self.oauth:
                    return self._authorize(query)
                case "POST", "/api/auth/mcp/token" if self.oauth:
                    return self._token({key: value[0] for key, value in parse_qs(body.decode()).items()})
                case "GET", "/cli-auth" if not self.oauth:
                    assert len(query["nonce"]) == 32 and len(query["name"]) <= 100, query
                    page = {key: query[key] for key in ("callback", "nonce", "name")}
                    return _json({**page, "token": self.personal, "origin": self.address})
                case _:
                    return self._called(method, url.path, query, headers, body)

    def _called(
        self, method: str, path: str, query: dict[str, str], headers: Any, body: bytes
    ) -> tuple[int, Headers, bytes]:
        bearer = (headers.get("authorization") or "").removeprefix("Bearer ")
        if path == "/api/cli/inference/chat/completions":
            self.bearers.append(bearer)
        if bearer not in self.valid:
            return _json({"error": {"code": "UNAUTHORIZED", "message": "no such token"}}, 401)
        match method, path:
            case "GET", "/api/models" if query.get("format") == "cli":
                return _json(self.models)
            case "GET", "/api/v1/mogplex/mcp/servers":
                return _json(self.servers)
            case "GET", "/api/settings":
                return _json({"default_model": "acme/deep"})
            case "POST", "/api/cli/inference/chat/completions":
                return 200, {"content-type": "text/event-stream"}, _streamed(json.loads(body))
            case _:
                return _json({"error": "not found"}, 404)

    def _authorize(self, query: dict[str, str]) -> tuple[int, Headers, bytes]:
        assert query["client_id"] == "mogplex-cli" and query["response_type"] == "code", query
        assert query["redirect_uri"] in REDIRECTS and query["code_challenge_method"] == "S256", query
        assert "offline_access" in query["scope"].split(), query
        if self.consent == "deny":
            back = {"error": "access_denied", "state": query["state"]}
        else:
            code = secrets.token_hex(8)
            self._codes[code] = query
            back = {"code": code, "state": query["state"]}
        if self.consent == "stranger":
            back["state"] = "0" * 32
        return 302, {"location": f"{query['redirect_uri']}?{urlencode(back)}"}, b""

    def _token(self, form: dict[str, str]) -> tuple[int, Headers, bytes]:
        if self.token_status != 200:
            return _json({"error": "server_error", "error_description": "out of order"}, self.token_status)
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh:
                self.reused += 1
                return _json({"error": "invalid_grant"}, 400)
            self.refresh.discard(form["refresh_token"])
            return _json(self.grant())
        asked = self._codes.pop(form["code"], None)
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return _json({"error": "invalid_grant", "error_description": "the code is not good"}, 400)
        return _json(self.grant())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        account = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._do("GET")

            def do_POST(self) -> None:
                self._do("POST")

            def _do(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, headers, data = account.answer(method, self.path, self.headers, body)
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        return Handler


def browser(folder: Path) -> str:
    """A value for BROWSER: a program that fetches the page and does what its script would."""
    program = folder / "browser.py"
    program.write_text(BROWSER)
    return f"{sys.executable} {program} %s"


def _json(content: Any, status: int = 200) -> tuple[int, Headers, bytes]:
    return status, {"content-type": "application/json"}, json.dumps(content).encode()


def _streamed(asked: dict[str, Any]) -> bytes:
    """The words of a model, piece by piece, and what they cost."""
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"]}
    pieces: list[dict[str, Any]] = [
        {**base, "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]}
        for text in ("Said by ", "the account.")
    ]
    pieces.append({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    pieces.append({**base, "choices": [], "usage": usage})
    return b"".join(f"data: {json.dumps(piece)}\n\n".encode() for piece in pieces) + b"data: [DONE]\n\n"
