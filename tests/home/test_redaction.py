import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.events.usage import UsageReported
from mogplex_daemon.home.redaction import MARK, Redactor, known_secrets
from tests.support.strategies import FACTS, instances

TOKENS = {
    "anthropic": "sk-ant-api03-" + "aB3" * 10,
    "openai": "sk-proj-" + "aB3_" * 10,
    "openrouter": "sk-or-v1-" + "0f" * 20,
    "stripe": "sk_live_" + "aB3" * 8,
    "github": "ghp_" + "aB3" * 12,
    "github fine-grained": "github_pat_" + "aB3" * 20,
    "gitlab": "glpat-" + "aB3-" * 6,
    "slack": "xoxb-123456789012-abcdefABCDEF",
    "aws": "AKIA" + "ABCDEFGH12345678",
    "google": "AIza" + "aB3-_" * 7,
    "npm": "npm_" + "aB3" * 12,
    "pypi": "pypi-" + "aB3-" * 15,
    "hugging face": "hf_" + "aB3" * 11,
    "mogplex": "mog_" + "aB3" * 8,
    "json web token": "eyJ" + "aB3" * 5 + ".eyJ" + "aB3" * 5 + "." + "aB3" * 5,
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc+/=\n-----END RSA PRIVATE KEY-----",
}
KNOWN = 'p4ss"word\\with\nall'
NUMBER = "1234567890"
REDACTOR = Redactor([KNOWN, NUMBER, "completed", "nabcdefgh"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        [*TOKENS.values(), KNOWN, NUMBER, "completed", "\nabcdefgh", f'{{"api_key":"{NUMBER}"}}']
    )
    | st.just(int(NUMBER)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["api_key", "password", "text"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def line_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def redacted(value: Any, redactor: Redactor = REDACTOR) -> Any:
    return json.loads(redactor.line(line_of(value)))


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
@pytest.mark.parametrize("around", ["{}", "export KEY={}", "url?key={}&x=1", '"{}"', "({})", "{}\nnext"])
def test_every_known_token_shape_becomes_a_mark(token: str, around: str):
    text = around.format(token)
    assert Redactor().text(text) == around.format(MARK)
    assert redacted({"output": text}, Redactor()) == {"output": around.format(MARK)}


@pytest.mark.parametrize("name", ["github", "aws", "stripe", "npm"])
def test_a_token_is_found_behind_a_dash_or_an_underscore(name: str):
    assert Redactor().text(f"branch-{TOKENS[name]}") == f"branch-{MARK}"
    assert Redactor().text(f"key_{TOKENS[name]}") == f"key_{MARK}"


@pytest.mark.parametrize(
    ("before", "secret"),
    [
        ("AWS_SECRET_ACCESS_KEY=", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("export DB_PASSWORD='", "tr0ub4dor&3"[:9]),
        ("NPM_TOKEN=", "0123456789abcdef"),
        ("curl postgres://ada:", "p4ssw0rd"),
    ],
)
def test_what_is_assigned_to_a_secret_looking_name_becomes_a_mark(before: str, secret: str):
    after = "@db/x" if before.endswith(":") else " next"
    assert Redactor().text(f"{before}{secret}{after}") == f"{before}{MARK}{after}"
    assert redacted({"output": f"a\n{before}{secret}{after}"}) == {"output": f"a\n{before}{MARK}{after}"}


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_the_scheme_of_an_authorization_stays(scheme: str):
    assert Redactor().text(f"-H 'Authorization: {scheme} aGVsbG86d29ybGQhIQ=='") == (
        f"-H 'Authorization: {scheme} {MARK}'"
    )


@pytest.mark.parametrize(
    "key",
    ["api_key", "API-KEY", "apiKey", "client_secret", "password", "DB_PASSWD", "access_token", "refreshToken",
     "private_key", "aws_credentials", "Authorization", "passphrase"],
)  # fmt: skip
def test_the_value_of_a_secret_looking_key_becomes_a_mark(key: str):
    assert redacted({key: 'hun"ter2', "user": "ada"}) == {key: MARK, "user": "ada"}
    assert redacted({"input": {key: ["first", "second"]}}) == {"input": {key: [MARK, MARK]}}


def test_json_inside_a_string_is_looked_through_twice():
    inner = json.dumps({"api_key": "hunter22", "user": "ada"})
    outer = json.dumps({"body": inner, "n": 1})
    assert json.loads(redacted({"output": inner})["output"]) == {"api_key": MARK, "user": "ada"}
    twice = json.loads(redacted({"output": outer})["output"])
    assert json.loads(twice["body"]) == {"api_key": MARK, "user": "ada"}
    assert twice["n"] == 1


def test_values_of_the_environment_and_of_auth_json_are_found_anywhere(tmp_path: Path):
    auth = tmp_path / "auth.json"
    auth.write_text(
        json.dumps(
            {
                "token": "t0ken-of-mogplex",
                "account": {"id": "an-account-id-of-some-length", "url": "https://mogplex.example/api/v1"},
                "keys": ["first-long-stored-value", "short"],
            }
        )
    )
    environ = {
        "MY_API_KEY": "from-the-environment",
        "DB_PASSWORD": "tr0ub4dor",
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "MAX_OUTPUT_TOKENS": "20000000",
        "TINY_TOKEN": "abc",
    }
    secrets = known_secrets(environ, auth)
    assert secrets >= {
        "t0ken-of-mogplex", "first-long-stored-value", "from-the-environment", "tr0ub4dor",
        "an-account-id-of-some-length",
    }  # fmt: skip
    redactor = Redactor(secrets)
    text = "a from-the-environment b tr0ub4dor c t0ken-of-mogplex d first-long-stored-value"
    assert redactor.text(text) == f"a {MARK} b {MARK} c {MARK} d {MARK}"
    harmless = "abc short 20000000 /usr/bin:/bin:/usr/local/bin https://mogplex.example/api/v1"
    assert redactor.text(harmless) == harmless


@pytest.mark.parametrize("content", [None, "", "{", "[]", '"just a text"', "\udcff"])
def test_an_auth_file_that_is_missing_or_broken_is_no_error(tmp_path: Path, content: str | None):
    auth = tmp_path / "auth.json"
    if content is not None:
        auth.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert known_secrets({"A_TOKEN": "value-of-a-token"}, auth) == {"value-of-a-token"}


def test_a_secret_is_found_as_it_stands_inside_a_string():
    assert redacted({"text": f"it is {KNOWN}!"}) == {"text": f"it is {MARK}!"}
    assert redacted({f"under {KNOWN}": 1}) == {f"under {MARK}": 1}


def test_what_only_looks_like_a_secret_because_of_an_escape_is_left_alone():
    assert redacted({"text": "line\nabcdefgh"}) == {"text": "line\nabcdefgh"}


@pytest.mark.parametrize("value", [1234567890, 12345678901234, 1234567890.5, -1234567890])
def test_a_number_stays_a_number(value: float):
    assert redacted({"seq": value}) == {"seq": value}


def shape(value: Any) -> Any:
    """A value without its strings."""
    match value:
        case str():
            return str
        case dict():
            return {key: shape(each) for key, each in value.items()}
        case list():
            return [shape(each) for each in value]
        case _:
            return value


@settings(max_examples=300)
@given(JSON)
@example([{"text": "\nabcdefgh"}, 1234567890])
def test_json_stays_json_of_the_same_form_and_holds_no_secret(value: Any):
    line = REDACTOR.line(line_of(value))
    assert shape(json.loads(line)) == shape(value)
    assert REDACTOR.line(line) == line
    for token in TOKENS.values():
        assert json.dumps(token, ensure_ascii=False)[1:-1] not in line.decode()


@settings(max_examples=100)
@given(st.sampled_from(FACTS).flatmap(instances))
def test_an_event_without_secrets_is_the_very_same_line(event: Any):
    line = encode(event)
    assert Redactor(["a-secret-of-nobody"]).line(line) is line


@settings(max_examples=60)
@given(st.sampled_from(FACTS).flatmap(instances), st.data())
def test_no_word_of_the_wire_can_be_lost_to_a_secret_of_the_same_name(event: Any, data: st.DataObject):
    words = [
        "completed",
        "run_command",
        "auto_approved",
        "interrupted",
        "architect",
        "in_progress",
        event.type,
    ]
    redactor = Redactor([data.draw(st.sampled_from(words)), event.type])
    assert type(decode_event(redactor.line(encode(event)))) is type(event)


@pytest.mark.parametrize(
    "text",
    [
        "the secretary keeps the secret of the password dialog",
        "Basic internationalization-of-labels is done, Bearer of good-news-everyone",
        "risk-assessment-of-the-whole-building-site",
        "def get_access_token(self) -> str: return self._token",
        "ghp_ is the prefix of a token; npm_config_registry is a setting",
        "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
        "API_KEY=$OTHER_KEY_1 TOKEN=${TOKEN2} SECRET=your-secret-here PASSWORD=changeme MAX_TOKENS=20000000",
        "API_KEY = os.environ['API_KEY_2'] and TOKEN=get_token(1)",
        "see https://ada@example.com:8080/a and git@github.com:octo/hello.git, http://localhost:3000/@scope",
        "postgres://ada:$PASSWORD@db and https://user:<password>@host",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str):
    assert Redactor().text(text) == text
    assert redacted({"output": text}) == {"output": text}


def test_usage_is_not_taken_for_a_secret():
    line = encode(UsageReported(agent_id="agt_1", input_tokens=12345678, output_tokens=9, cost_usd=0.5))
    assert Redactor(["a-secret-of-nobody"]).line(line) is line


def test_a_line_that_is_no_json_is_redacted_as_text():
    assert Redactor().line(b"{ token " + TOKENS["github"].encode() + b" \xed\xa0\x80") == (
        b"{ token [redacted] \xed\xa0\x80"
    )
