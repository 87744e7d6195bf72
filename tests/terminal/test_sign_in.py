"""Signing in with Mogplex as a person does it, and working with the account's models."""

import json
import stat
import time
from pathlib import Path

from mogplex_daemon.home.credentials import VARIABLES
from tests.support.hosted import HostedAccount, browser
from tests.terminal.conftest import Desk

NO_KEYS = dict.fromkeys(VARIABLES, "")


def everything_written(folder: Path) -> str:
    """All text below a folder, but auth.json, which is where secrets belong."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "auth.json")
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def test_from_nobody_to_a_run_on_the_models_of_the_account(desk: Desk, tmp_path: Path):
    desk.home.root.mkdir(exist_ok=True)
    desk.home.auth.write_text(json.dumps({"other": {"key": "kept-as-it-is"}}))
    with HostedAccount().running() as account:
        env = {**NO_KEYS, **account.env, "BROWSER": browser(tmp_path), "MOGPLEX_TRANSPORT": "process"}
        with desk.open("--harness", "", size=(200, 40), **env) as terminal:
            terminal.wait_for("type a task below")
            terminal.type("/login\r")
            terminal.wait_for("▸ Sign in with Mogplex")
            terminal.type("\r")
            terminal.wait_for("signed in to Mogplex as ada@example.org · 2 models · 1 MCP server")
            stored = json.loads(desk.home.auth.read_text())
            assert stored["other"] == {"key": "kept-as-it-is"}
            assert stat.S_IMODE(desk.home.auth.stat().st_mode) == 0o600
            terminal.type("/run say something\r")
            terminal.wait_for("Said by the account.")
            terminal.wait_for("✓ completed")
            shown = terminal.written.decode("utf-8", "replace")
        assert account.bearers == [stored["mogplex"]["access_token"]]
    for secret in (stored["mogplex"]["access_token"], stored["mogplex"]["refresh_token"]):
        assert secret not in shown and secret not in everything_written(desk.home.root)
    (model,) = [
        each for each in json.loads(desk.home.models.read_text())["models"] if each["slug"] == "acme/deep"
    ]
    assert model["contextWindow"] == 400_000
    assert stat.S_IMODE(desk.home.remote_mcp_servers.stat().st_mode) == 0o600
