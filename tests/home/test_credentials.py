import json

import pytest

from mogplex_daemon.home.auth_file import stored_keys
from mogplex_daemon.home.credentials import Credential, from_environ, stored


def test_the_environment_names_whose_key_it_holds_and_never_the_key():
    found = from_environ(
        {"OPENAI_API_KEY": "sk-secret", "MOGPLEX_API_KEY": "mog_secret", "ANTHROPIC_API_KEY": " "}
    )
    assert found == (
        Credential("Mogplex", "MOGPLEX_API_KEY"),
        Credential("OpenAI", "OPENAI_API_KEY", "openai/gpt-5"),
    )
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("content", "providers"),
    [
        (json.dumps({"mogplex": {"token": "mog_x"}, "openai": "sk-x"}), ["Mogplex", "openai"]),
        (json.dumps({"mogplex": {}, "openai": None}), []),
        ("[]", []),
        ("{", []),
        ("\x00", []),
    ],
)
def test_what_is_stored_is_named(tmp_path, content: str, providers: list[str]):
    auth = tmp_path / "auth.json"
    auth.write_text(content)
    assert [each.provider for each in stored(auth)] == providers


def test_nothing_is_stored_where_there_is_no_file(tmp_path):
    assert stored(tmp_path / "auth.json") == ()
    assert stored(tmp_path) == ()


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ({"mogplex": {"token": " mog_x "}, "openai": "sk-x"}, {"mogplex": "mog_x", "openai": "sk-x"}),
        ({"mogplex": {"access_token": "a", "refresh_token": "r"}}, {"mogplex": "a"}),
        ({"mogplex": {}, "openai": None, "groq": 3}, {}),
        ([], {}),
    ],
)
def test_a_stored_credential_is_found_in_whatever_form_it_has(tmp_path, content, keys: dict[str, str]):
    auth = tmp_path / "auth.json"
    auth.write_text(json.dumps(content))
    assert stored_keys(auth) == keys
    assert stored_keys(tmp_path / "missing.json") == {}
