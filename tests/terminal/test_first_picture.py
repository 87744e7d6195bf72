import sys

from mogplex_cli.cockpit.preload import BEHIND_THE_FIRST_PICTURE
from tests.support.terminal import Terminal

LISTED = """
import sys
from mogplex_cli.cockpit.app import MogplexApp
from mogplex_cli.main import main

def begin(app):
    with open(sys.argv[1], "w") as file:
        file.write("\\n".join(sys.modules))
    app.exit(0)

MogplexApp._begin = begin
main(sys.argv[2:])
"""
"""The cockpit up to its first picture, and what was loaded for it."""

NOT_FOR_THE_FIRST_PICTURE = (
    "anyio.streams",
    "email",
    "httpx",
    "importlib.metadata",  # pydantic asks it for plug-ins when it builds its first validator
    "keyring",
    "markdown_it",
    "mcp",
    "mogplex_cli.actions",
    "mogplex_cli.cockpit.cells",
    "mogplex_cli.cockpit.context",
    "mogplex_cli.cockpit.drawer_values",
    "mogplex_cli.cockpit.drawers.approval",
    "mogplex_cli.cockpit.drawers.diff",
    "mogplex_cli.cockpit.drawers.palette",
    "mogplex_cli.cockpit.key_rows",
    "mogplex_cli.cockpit.palette",
    "mogplex_cli.cockpit.rebind",
    "mogplex_cli.cockpit.slash_helps",
    "mogplex_cli.custom_commands.watch",
    "mogplex_cli.headless",
    "mogplex_cli.plain",
    "mogplex_cli.session_link",
    "mogplex_cli.store.offers",
    "mogplex_cli.store.reduce",
    "mogplex_cli.store.remembering",
    "mogplex_cli.transport.pump",
    "mogplex_cli.workspace_files",
    "mogplex_contracts.codec",
    "mogplex_contracts.commands",
    "mogplex_contracts.events.link",
    "mogplex_contracts.events.union",
    "mogplex_contracts.reduce",
    "mogplex_contracts.shell",
    "mogplex_daemon.journal",
    "psutil",
    "pydantic.plugin._loader",
    "pydantic_ai",
    "structlog",
    "tomllib",
    "typer",
    "watchfiles",
    "yaml",
)


def test_the_first_picture_loads_nothing_it_does_not_show(desk, tmp_path):
    listed = tmp_path / "modules"
    command = [sys.executable, "-P", "-c", LISTED, str(listed), "--harness", "demo"]
    with Terminal(
        command,
        python=sys.executable,
        env={"MOGPLEX_HOME": str(desk.home.root), "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        cwd=desk.repository,
    ) as terminal:
        assert terminal.wait_for_end() == 0
        assert b"type a task below" in terminal.written
    loaded = set(listed.read_text().split())
    assert sorted(loaded & {*NOT_FOR_THE_FIRST_PICTURE, *BEHIND_THE_FIRST_PICTURE}) == []
