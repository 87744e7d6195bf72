import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.runhost.review.finding import finding_at
from mogplex_daemon.runhost.review.secret_text import find_secrets, mask_secrets, opens_private_key

BODY = "Kq7Zt2Lm9Xw4Vb8Nc1Rf6Hs3Jd5Gp0QyTeUaMiOo"
MORE = "Zx8Cv6Bn4Ml2Kj0Hg9Fd7Sa5Po3Iu1Yt"

TOKENS = [
    "AK" + "IA" + BODY.upper()[:16],
    "gh" + "p_" + BODY[:36],
    "github" + "_pat_" + BODY + MORE,
    "gl" + "pat-" + BODY[:20],
    "xo" + "xb-123456789012-" + BODY[:24],
    "sk" + "_live_" + BODY[:24],
    "sk" + "-ant-api03-" + BODY,
    "sk" + "-proj-" + BODY,
    "sk" + "-" + BODY,
    "AI" + "za" + BODY[:35],
    "npm" + "_" + BODY[:36],
    "hf" + "_" + BODY[:34],
    "eyJ" + "hbGciOiJSUzI1NiJ9.eyJ" + "pc3MiOiJhdXRoIn0." + BODY,
]

ASSIGNMENTS = [
    ('password = "hunter2!x"', "hunter2!x"),
    ("DB_PASSWORD: str = 'kT9w-ppQ2'", "kT9w-ppQ2"),
    ('"api_key": "9f8e7d6c5b4a3f2e1d0c"', "9f8e7d6c5b4a3f2e1d0c"),
    ('client.secret_key => "v3ryS3cr3tV4lu3"', "v3ryS3cr3tV4lu3"),
    (
        'aws_secret_access_key = "wJalrXUtnFEMIK7MDENGbPxRfiCYzKEYabcd1234"',
        "wJalrXUtnFEMIK7MDENGbPxRfiCYzKEYabcd1234",
    ),
    ("url = 'postgres://admin:s3cr3tP4ss@db.corp.net/x'", "s3cr3tP4ss"),
]

HARMLESS = [
    'password = "changeme"',
    'password = "example123"',
    'password = "xxxxxxxx1"',
    'password = "${DB_PASSWORD}"',
    'password = "<password1>"',
    'token = "{{ token_1 }}"',
    'token = f"{prefix}1abc2"',
    'token = os.environ["TOKEN_V1"]',
    'api_key = get_key("abc123")',
    'api_key = "your-api-key-1"',
    'PASSWORD_FIELD = "password1"',
    'token_type = "bearer_v2"',
    'secret = "my-app.secret.v2"',
    'tokenizer = "bert-base-uncased2"',
    'token = "sha256"',
    "password = prompt('Password 1: ')",
    'TOKEN = r"[a-zA-Z0-9_]+"',
    "postgres://postgres:postgres@localhost/db",
    "postgres://user:p4ssw0rd9@localhost:5432/db",
    "https://example.com:8080/path@2x.png",
    "AK" + "IAIOSFODNN7EXAMPLE",
    "ghp_" + "x" * 36,
    "gh" + "p_short1",
    "sk-learn-is-a-library-of-many-words-indeed",
    "the key is to press any key 42 times",
    "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    'integrity = "sha512-' + BODY * 2 + '"',
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_in_a_known_format_is_found_and_masked(token: str):
    line = f"call('{token}')"
    (span,) = find_secrets(line, bare_values=False)
    assert line[span.start : span.end] == token
    assert span.certainty == "format"
    assert token[4:] not in mask_secrets(line)
    assert f"{token[:4]}********" in mask_secrets(line)


@pytest.mark.parametrize(("line", "secret"), ASSIGNMENTS)
def test_a_real_looking_value_of_a_secret_name_is_found_and_masked(line: str, secret: str):
    (span,) = find_secrets(line, bare_values=False)
    assert line[span.start : span.end] == secret
    assert secret not in mask_secrets(line)


@pytest.mark.parametrize("line", HARMLESS)
def test_placeholders_references_and_words_are_no_secrets(line: str):
    assert find_secrets(line, bare_values=False) == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("DB_PASSWORD=s3cr3tV4lue9", True),
        ("export API_TOKEN=9f8e7d6c5b4a", True),
        ("  password: kT9wppQ2x  # prod", True),
        ("  password: ${DB_PASSWORD_1}", False),
        ("  token: ${{ secrets.TOKEN1 }}", False),
        ("  secretName: tls-cert-2024a", False),
        ("API_KEY=", False),
    ],
)
def test_settings_files_need_no_quotes(line: str, found: bool):
    assert bool(find_secrets(line, bare_values=True)) is found
    assert find_secrets(line, bare_values=False) == ()


def test_a_private_key_needs_a_body():
    header = "-----BEGIN RSA " + "PRIVATE KEY-----"
    assert opens_private_key(header, BODY + MORE)
    assert opens_private_key(f'KEY = "{header}\\n{BODY}{MORE}"', "")
    assert not opens_private_key(f'if "{header}" in text:', "    return True")
    assert not opens_private_key(header, "...")
    assert not opens_private_key("-----BEGIN " + "PUBLIC KEY-----", BODY + MORE)


def test_a_short_secret_shows_one_character_only():
    assert mask_secrets('password = "hunter2!x"') == 'password = "h********"'


@given(st.text(), st.text(alphabet="\u200b\u2060\u202e\x00\x07", max_size=2), st.integers(0, 10_000))
def test_a_finding_never_repeats_a_token(around: str, invisible: str, seed: int):
    chance = random.Random(seed)
    body = "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(36))
    token = "gh" + "p_" + body
    hidden = token[:20] + invisible + token[20:]
    finding = finding_at("a.py", 1, "x", "low", f"{around} {hidden} ", f"{around} {hidden} ")
    assert body not in finding.message + finding.excerpt


@given(st.text(max_size=300))
def test_masking_never_raises_and_never_adds_lines(line: str):
    assert mask_secrets(line).count("\n") <= line.count("\n")
