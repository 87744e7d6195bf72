"""A person's home folder beside a model server: what the worlds of all agents under test share."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests.agents.scripted_server import ScriptedServer

REFUSED = "http://127.0.0.1:9"
"""Where nothing listens."""
Server = TypeVar("Server", bound=ScriptedServer)


@contextmanager
def serving(server: Server | None) -> Iterator[Server | None]:
    """A model server, or none."""
    if server is None:
        yield None
        return
    with server.running():
        yield server


class ServedWorld:
    """A person's home folder, and the model server their agent calls; None when it is not there."""

    def __init__(self, root: Path, server: ScriptedServer | None) -> None:
        self.home = root / "person"
        # Several agents may be one person's.
        self.home.mkdir(exist_ok=True)
        self._server = server

    @property
    def server(self) -> ScriptedServer:
        """The server, where there is one."""
        assert self._server is not None
        return self._server

    @property
    def address(self) -> str:
        """Where the model is, or where nothing listens."""
        return self._server.address if self._server else REFUSED

    def models(self) -> list[str]:
        """The model of each request so far."""
        return self._server.models() if self._server else []

    def heard(self) -> str:
        """What the model was given last."""
        return self._server.said_to_model() if self._server else ""

    def wait_held(self) -> None:
        """Wait until an answer is held."""
        assert self.server.held.wait(90)

    def release(self) -> None:
        """Let held answers come."""
        self.server.release.set()

    def release_one(self) -> None:
        """Let the answer come that is held; a later one is held anew."""
        held, self.server.release = self.server.release, threading.Event()
        held.set()
