import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mogplex_daemon.home.account_address import account_address, refused_address
from mogplex_daemon.home.account_tokens import (
    AccountTokens,
    RenewalFailed,
    SignInEnded,
    current_tokens,
    keep_tokens,
    read_grant,
    read_tokens,
    stored_tokens,
)
from mogplex_daemon.home.auth_file import forget_mogplex
from mogplex_daemon.home.redaction import Redactor, known_secrets
from mogplex_daemon.home.token_endpoint import renewer
from tests.support.hosted import HostedAccount

NOW = 1_800_000_000.0
OLD = AccountTokens("at-old-0123456789", "rt-old-0123456789", NOW - 1, "https://www.mogplex.com")
NEW = AccountTokens("at-new-0123456789", "rt-new-0123456789", NOW + 3600, "https://www.mogplex.com")
RENEWING = """\
import sys
from pathlib import Path
from mogplex_daemon.home.account_tokens import current_tokens
from mogplex_daemon.home.token_endpoint import renewer
sys.stdin.readline()
print(current_tokens(Path(sys.argv[1]), renewer(sys.argv[2])).access_token)
"""


def never(_: AccountTokens) -> AccountTokens:
    raise AssertionError("nothing is to be renewed")


def giving(tokens: AccountTokens) -> Callable[[AccountTokens], AccountTokens]:
    return lambda _: tokens


@pytest.fixture
def auth(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "auth.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"openai": "sk-kept", "mogplex": OLD.entry}))
    return path


def test_a_sign_in_that_goes_on_is_used_as_it_is(auth: Path):
    keep_tokens(auth, NEW)
    assert current_tokens(auth, never, clock=lambda: NOW) == NEW


@pytest.mark.parametrize("refused", ["", OLD.access_token])
def test_one_that_ended_or_was_refused_is_renewed_and_on_the_disk(auth: Path, refused: str):
    assert current_tokens(auth, giving(NEW), refused=refused, clock=lambda: NOW) == NEW
    assert stored_tokens(auth) == NEW
    assert json.loads(auth.read_text())["openai"] == "sk-kept"
    assert stat.S_IMODE(auth.stat().st_mode) == 0o600


def test_one_that_was_refused_and_is_another_by_now_is_not_renewed(auth: Path):
    keep_tokens(auth, NEW)
    assert current_tokens(auth, never, refused=OLD.access_token, clock=lambda: NOW) == NEW


def test_a_personal_token_is_used_until_it_is_refused(auth: Path):
    keep_tokens(auth, AccountTokens("mog_0123456789abcdef"))
    assert current_tokens(auth, never, clock=lambda: NOW).access_token == "mog_0123456789abcdef"
    with pytest.raises(SignInEnded, match="/login"):
        current_tokens(auth, never, refused="mog_0123456789abcdef", clock=lambda: NOW)


def test_where_the_next_one_could_not_be_kept_it_is_not_asked_for(
    auth: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(path: Path, stored: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("mogplex_daemon.home.account_tokens.write_credentials", full)
    with pytest.raises(OSError, match="No space left"):
        current_tokens(auth, never, clock=lambda: NOW)


@pytest.mark.parametrize("content", ["{", "[]", '"x"'])
def test_a_malformed_file_is_named_and_stays_as_it_is(auth: Path, content: str):
    auth.write_text(content)
    for change in (
        lambda: keep_tokens(auth, NEW),
        lambda: forget_mogplex(auth),
        lambda: current_tokens(auth, never),
    ):
        with pytest.raises(ValueError, match=r"auth\.json"):
            change()
    assert auth.read_text() == content


def test_nobody_signed_in_is_told(tmp_path: Path):
    with pytest.raises(SignInEnded, match="/login"):
        current_tokens(tmp_path / "auth.json", never)


def test_whatever_is_stored_is_read_again():
    for tokens in (
        OLD,
        NEW,
        AccountTokens("mog_0123456789abcdef"),
        AccountTokens("mog_x", url="https://a.org"),
    ):
        assert read_tokens(tokens.entry) == tokens
    assert read_tokens("mog_x") == AccountTokens("mog_x")
    assert [read_tokens(value) for value in (None, {}, [], 3, {"token": " "})] == [None] * 5
    assert "at-old" not in repr(OLD) and "rt-old" not in repr(OLD)


def test_a_grant_without_another_refresh_token_keeps_the_one_before():
    grant = read_grant({"access_token": "a", "expires_in": 60}, NOW, "u", "rt")
    assert grant == AccountTokens("a", "rt", NOW + 60, "u")
    for broken in (None, [], {}, {"access_token": 3}):
        with pytest.raises(ValueError, match="access_token"):
            read_grant(broken, NOW, "u")


def test_of_two_processes_one_renews_and_the_other_takes_what_it_got(auth: Path):
    account = HostedAccount()
    with account.running():
        first = account.grant()
        keep_tokens(auth, AccountTokens(first["access_token"], first["refresh_token"], 1.0, account.address))
        command = [sys.executable, "-P", "-c", RENEWING, str(auth), account.address]
        processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate(timeout=60)[0].strip() for process in processes]
    stored = stored_tokens(auth)
    assert stored is not None and told == [stored.access_token] * 2 and told[0] != first["access_token"]
    assert account.reused == 0 and stored.refresh_token in account.refresh


def test_the_token_endpoint_is_told_from_a_network_that_is_away(auth: Path):
    account = HostedAccount()
    with account.running():
        with pytest.raises(SignInEnded, match="30 days"):
            renewer(account.address)(OLD)
        account.token_status = 503
        with pytest.raises(RenewalFailed, match="answered 503"):
            renewer(account.address)(OLD)
    with pytest.raises(RenewalFailed, match="cannot be reached"):
        renewer(account.address)(OLD)


def test_both_tokens_are_secrets_of_the_funnel(auth: Path):
    redactor = Redactor(known_secrets({}, auth))
    said = redactor.text(f"one {OLD.access_token} two {OLD.refresh_token} three")
    assert said == "one [redacted] two [redacted] three"
    assert "https://www.mogplex.com" in redactor.text("see https://www.mogplex.com")


@pytest.mark.parametrize(
    ("environ", "address", "taken"),
    [
        ({}, "https://www.mogplex.com", True),
        ({"MOGPLEX_URL": " https://staging.mogplex.com/ "}, "https://staging.mogplex.com", True),
        ({"MOGPLEX_URL": "http://localhost:3000"}, "http://localhost:3000", False),
        ({"MOGPLEX_URL": "http://localhost:3000", "MOGPLEX_DEV": "1"}, "http://localhost:3000", True),
        ({"MOGPLEX_URL": "http://10.0.0.1", "MOGPLEX_DEV": "1"}, "http://10.0.0.1", False),
        ({"MOGPLEX_URL": "https://"}, "https:", False),
        ({"MOGPLEX_URL": "https://[bad"}, "https://[bad", False),
        ({"MOGPLEX_URL": "mogplex.com"}, "mogplex.com", False),
    ],
)
def test_a_token_travels_over_https_or_on_this_machine_in_development(
    environ: dict[str, str], address: str, taken: bool
):
    assert account_address(environ) == address
    assert (refused_address(address, environ) == "") is taken
