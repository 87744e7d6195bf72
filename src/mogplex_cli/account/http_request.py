"""The little HTTP that a browser speaks to the listener: one request in, one answer out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

MOST_HEAD_BYTES = 32 * 1024
MOST_BODY_BYTES = 64 * 1024
REASONS = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
}


class BadRequest(ValueError):
    """It is no request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By name in lower case."""

    @property
    def body_bytes(self) -> int:
        """How long its body is. Raises BadRequest."""
        said = self.headers.get("content-length", "0")
        if not said.isdecimal() or int(said) > MOST_BODY_BYTES:
            raise BadRequest("content-length")
        return int(said)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def encoded(self) -> bytes:
        """As it is sent; the connection ends with it."""
        body = self.body.encode()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Connection": "close",
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status} {REASONS[self.status]}", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join((*lines, "", "")).encode("ascii") + body


def read_head(head: bytes) -> Request:
    """A request from its first line and its headers. Raises BadRequest."""
    first, *rest = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("request line")
    headers: dict[str, str] = {}
    for row in rest:
        name, colon, value = row.partition(":")
        if not colon or not name or name.lower() in headers:
            raise BadRequest("header")
        headers[name.lower()] = value.strip()
    try:
        target = urlsplit(words[1])
        query = dict(parse_qsl(target.query, keep_blank_values=True, max_num_fields=50))
    except ValueError as error:
        raise BadRequest("target") from error
    return Request(words[0], target.path, query, headers)
