"""Signing in with Mogplex as a person does it, and working with the account's models."""

import json
import socket
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from mogplex_daemon.home.credentials import VARIABLES
from mogplex_daemon.runs.catalog import list_runs
from tests.support.hosted import HostedAccount, browser
from tests.support.house import ended
from tests.support.terminal import PATIENCE_SECONDS
from tests.terminal.conftest import Desk

NO_KEYS = dict.fromkeys(VARIABLES, "")
CALLBACK = ("127.0.0.1", 24816)
"""Where the browser brings its answer."""


def everything_written(desk: Desk) -> str:
    """All text at home when nobody writes there any more, but auth.json, which is where secrets belong."""
    for record in list_runs(desk.home):
        if record.alive and record.metadata.pid is not None:
            ended(record.metadata.pid)
    files = (path for path in desk.home.root.rglob("*") if path.is_file() and path.name != "auth.json")
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def test_from_nobody_to_a_run_on_the_models_of_the_account(desk: Desk, tmp_path: Path):
    desk.home.root.mkdir(exist_ok=True)
    desk.home.auth.write_text(json.dumps({"other": {"key": "kept-as-it-is"}}))
    with HostedAccount().running() as account:
        env = {**NO_KEYS, **account.env, "BROWSER": browser(tmp_path), "MOGPLEX_TRANSPORT": "process"}
        with desk.open(size=(200, 40), **env) as terminal:
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
        assert secret not in shown and secret not in everything_written(desk)
    (model,) = [
        each for each in json.loads(desk.home.models.read_text())["models"] if each["slug"] == "acme/deep"
    ]
    assert model["contextWindow"] == 400_000
    assert stat.S_IMODE(desk.home.remote_mcp_servers.stat().st_mode) == 0o600


def test_a_token_can_be_pasted_and_is_never_shown(desk: Desk):
    account = HostedAccount(oauth=False)
    with account.running():
        env = {**NO_KEYS, **account.env, "BROWSER": "", "MOGPLEX_TRANSPORT": "process"}
        with desk.open(size=(100, 30), **env) as terminal:
            terminal.wait_for("SIGN IN")
            terminal.type("\r")
            terminal.wait_for("No browser could be opened here")
            terminal.paste("mog_" + "A1" * 16)
            terminal.wait_for("••••")
            terminal.type("\r")
            terminal.wait_for(
                lambda screen: (
                    "Mogplex refuses this token · it was not kept" in screen and "••••" not in screen
                )
            )
            assert not desk.home.auth.exists()
            terminal.paste(account.personal)
            # Only then Enter is the line's: before, it would begin with the browser again.
            terminal.wait_for("••••")
            terminal.type("\r")
            terminal.wait_for("signed in to Mogplex · 2 models")
            terminal.type("/logout\r")
            terminal.wait_for("signed out: the stored Mogplex token is gone")
            shown = terminal.written.decode("utf-8", "replace")
    assert account.personal not in shown and account.personal not in everything_written(desk)
    assert json.loads(desk.home.auth.read_text()) == {}
    assert not desk.home.models.exists() and not desk.home.remote_mcp_servers.exists()


def test_a_typed_token_is_not_remembered(desk: Desk):
    account = HostedAccount(oauth=False)
    with account.running(), desk.open("--harness", "demo", **{**NO_KEYS, **account.env}) as terminal:
        terminal.wait_for("type a task below")
        terminal.type(f"/login mogplex {account.personal}\r")
        terminal.wait_for("signed in to Mogplex · 2 models")
        terminal.type("\x1b[A")
        terminal.wait_for("/login mogplex")
        assert account.personal not in terminal.text
        terminal.type("\x15/quit\r")
        terminal.wait_for_end()
    assert account.personal not in everything_written(desk)


def test_escape_ends_the_wait_and_nothing_listens_any_more(desk: Desk):
    account = HostedAccount()
    with (
        account.running(),
        desk.open(size=(100, 30), **{**NO_KEYS, **account.env, "BROWSER": ""}) as terminal,
    ):
        terminal.wait_for("SIGN IN")
        terminal.type("\r")
        terminal.wait_for("waiting for the browser")
        with socket.create_connection(CALLBACK, PATIENCE_SECONDS):
            pass
        terminal.type("c")
        terminal.wait_for("copied")
        assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A24816%2Fauth%2Fcallback" in terminal.clipboard
        terminal.type("\x1b")
        terminal.wait_for("▸ Sign in with Mogplex")
        terminal.wait_for("nothing drives your runs yet")
        nobody_listens_any_more()


def nobody_listens_any_more() -> None:
    """Wait for it: whoever is still taken in is let go when the listening ends."""
    with pytest.raises(ConnectionRefusedError):
        while True:
            with (
                socket.create_connection(CALLBACK, PATIENCE_SECONDS) as taken_in,
                suppress(ConnectionResetError),
            ):
                taken_in.recv(1)


def test_a_sign_in_is_renewed_in_the_background_and_in_the_middle_of_a_run(desk: Desk):
    account = HostedAccount()
    with account.running():
        first = account.grant()
        account.valid.discard(first["access_token"])
        desk.home.root.mkdir(exist_ok=True)
        tokens = {name: first[name] for name in ("access_token", "refresh_token")}
        desk.home.auth.write_text(json.dumps({"mogplex": {**tokens, "url": account.address}}))
        env = {**NO_KEYS, **account.env, "MOGPLEX_TRANSPORT": "process"}
        with desk.open(size=(160, 40), **env) as terminal:
            terminal.wait_for("type a task below")
            terminal.type("/mcp sync\r")
            terminal.wait_for("synced with Mogplex: 2 models · 1 MCP server")
            second = stored_token(desk)
            account.valid.discard(second)
            terminal.type("/run say something\r")
            terminal.wait_for("✓ completed")
        third = stored_token(desk)
    assert account.bearers == [second, third] and len({first["access_token"], second, third}) == 3
    assert account.reused == 0
    assert not [token for token in (second, third) if token in everything_written(desk)]


def stored_token(desk: Desk) -> str:
    return json.loads(desk.home.auth.read_text())["mogplex"]["access_token"]


def test_in_plain_lines_the_address_is_told_and_a_typed_token_signs_in(desk: Desk):
    account = HostedAccount()
    env = {**NO_KEYS, **account.env, "BROWSER": ""}
    with account.running(), desk.open("--plain", size=(120, 40), **env) as terminal:
        terminal.wait_for("/login mogplex · Sign in with Mogplex")
        terminal.type("/login mogplex\r")
        terminal.wait_for("sign in with Mogplex · waiting for the browser")
        terminal.wait_for(f"{account.address}/api/auth/mcp/authorize")
        terminal.type(f"/login mogplex {account.personal}\r")
        terminal.wait_for("signed in to Mogplex · 2 models")
        terminal.type("\x04")
        assert terminal.wait_for_end() == 0
    assert account.personal not in everything_written(desk)


def test_an_older_account_hands_its_token_over(desk: Desk, tmp_path: Path):
    account = HostedAccount(oauth=False)
    with account.running():
        env = {**NO_KEYS, **account.env, "BROWSER": browser(tmp_path)}
        with desk.open(size=(140, 40), **env) as terminal:
            terminal.wait_for("▸ Sign in with Mogplex")
            terminal.type("\r")
            terminal.wait_for("signed in to Mogplex · 2 models")
    assert json.loads(desk.home.auth.read_text()) == {
        "mogplex": {"token": account.personal, "url": account.address}
    }
