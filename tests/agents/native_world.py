"""The native harness under test: no program of its own, a model provider on loopback."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal

from mogplex_contracts.version import VERSION
from tests.agents import script as words
from tests.agents.agent_under_test import AgentUnderTest
from tests.agents.model_server import Answer as Streamed
from tests.agents.model_server import Call, Fail, ModelServer, Turn
from tests.agents.openai_server import OpenAIDialect
from tests.agents.script import MAIN, Script

KEY = "sk-loopback-0123456789abcdef"
REFUSED = "http://127.0.0.1:9/v1"
"""Where nothing listens."""
CONFIG = """
[native]
retries = 2
[sandbox]  # The commands of the cases leave their mark outside the workspace.
mode = "danger-full-access"
"""
CODES = {401: "invalid_api_key"}


@dataclass
class Storyteller:
    """Gives each conversation its next answer."""

    script: Script
    given: dict[str, int] = field(default_factory=dict)
    heard: str = ""

    def turn(self, body: dict[str, Any]) -> Turn:
        text = json.dumps(body["messages"][1:])
        name = next((each for each in self.script if each != MAIN and _said_to(body, each)), MAIN)
        if name == MAIN:
            self.heard = text
        answers = [answer for answer in self.script[name] if not _only_waits(answer)]
        number = self.given[name] = self.given.get(name, -1) + 1
        if number >= len(answers):
            last = answers[-1][0]
            return turn(answers[-1]) if isinstance(last, words.Status | words.Cut) else Streamed("I am done.")
        return turn(answers[number])


def _said_to(body: dict[str, Any], name: str) -> bool:
    """Whether the conversation is the one of this name: its first prompt says so."""
    return f"[{name}]" in next(str(each["content"]) for each in body["messages"] if each["role"] == "user")


def _only_waits(answer: words.Answer) -> bool:
    """Whoever delegates waits for the answers by itself."""
    return all(isinstance(part, words.Wait) for part in answer)


def turn(answer: words.Answer) -> Turn:
    """An answer of a script as the provider gives it."""
    said = thought = ""
    calls: list[Call] = []
    cut = hold = None
    for part in answer:
        match part:
            case words.Say(text):
                said += text
            case words.Think(text):
                thought += text
            case words.Run(command):
                calls.append(Call("run_command", {"command": command}))
            case words.WriteFile(path, text):
                added = "".join(f"+{line}\n" for line in text.splitlines())
                patch = f"*** Begin Patch\n*** Add File: {path}\n{added}*** End Patch"
                calls.append(Call("apply_patch", {"patch": patch}))
            case words.Spawn(task):
                calls.append(Call("delegate", {"tasks": [{"role": "tester", "task": task}]}))
            case words.Status(code, message, headers):
                return Fail(code, message, dict(headers), CODES.get(code, ""))
            case words.Cut(text):
                said, cut = text, 3
            case words.Hold():
                hold = 0
            case words.Wait():
                pass
    return Streamed(said, tuple(calls), thought, cut_after=cut, hold_after=hold)


class NativeWorld:
    """An environment with a key, and where to call with it."""

    def __init__(self, root: Path, url: str, teller: Storyteller, portal: BlockingPortal | None) -> None:
        self._home = root / "person"
        self._home.mkdir()
        self._url = url
        self._teller = teller
        self._portal = portal
        self.server: ModelServer | None = None
        (root / "home").mkdir()
        (root / "home" / "config.toml").write_text(CONFIG)

    @property
    def environ(self) -> dict[str, str]:
        """For the run host."""
        return {"HOME": str(self._home), "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": self._url}

    def models(self) -> list[str]:
        """The model of each request so far."""
        return [] if self.server is None else [seen.body["model"] for seen in self.server.seen]

    def heard(self) -> str:
        """What the model was given last."""
        return self._teller.heard

    def wait_held(self) -> None:
        """Wait until an answer is held."""
        assert self._portal is not None and self.server is not None
        self._portal.call(self.server.holding.wait)

    def release(self) -> None:
        """Let held answers come."""
        assert self._portal is not None and self.server is not None
        self._portal.call(self.server.released.set)


@contextmanager
def native_world(root: Path, script: Script) -> Iterator[NativeWorld]:
    """A world with a provider; without a script it is not there."""
    teller = Storyteller(script)
    if not script:
        yield NativeWorld(root, REFUSED, teller, None)
        return
    server = ModelServer(OpenAIDialect(), teller.turn)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(server.serve()):
        world = NativeWorld(root, f"{server.url}/v1", teller, portal)
        world.server = server
        yield world


LEFT_OUT: Sequence[str] = (
    "reject-patch",  # its tools change files of the workspace only
    "several",  # calls of one agent are made one after another
    "crash",  # it has no program that could crash
    "crash-twice",
)
NATIVE = AgentUnderTest("native", VERSION, native_world, frozenset(LEFT_OUT), asks_all=True)
