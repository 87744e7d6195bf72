from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.account.failures import SignInFailed
from mogplex_cli.account.handoff import handed_token, handoff_url, personal_token, same_site
from mogplex_cli.account.oauth import authorize_url, code_form, code_of, who
from mogplex_cli.account.pkce import ProofKey, new_proof_key, new_state
from tests.support.hosted import REDIRECTS, id_token


def test_the_challenge_is_that_of_the_standard():
    known = ProofKey("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert known.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_proofs_and_states_are_random_and_of_the_form_that_is_asked_for():
    proofs = {new_proof_key().verifier for _ in range(50)}
    assert len(proofs) == 50 and all(len(each) == 43 for each in proofs)
    assert all(len(new_state()) == 32 and int(new_state(), 16) >= 0 for _ in range(10))
    assert new_proof_key().verifier not in repr(new_proof_key())


def test_the_page_is_asked_for_as_the_account_knows_it():
    proof = new_proof_key()
    url = urlsplit(authorize_url("https://www.mogplex.com", 24818, "s", proof))
    query = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert url.path == "/api/auth/mcp/authorize"
    assert query == {
        "response_type": "code",
        "client_id": "mogplex-cli",
        "redirect_uri": "http://127.0.0.1:24818/auth/callback",
        "scope": "openid profile email offline_access read write",
        "state": "s",
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }
    form = code_form("c", 24818, proof)
    assert form["redirect_uri"] in REDIRECTS and form["code_verifier"] == proof.verifier


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"error": "access_denied"}, "not agreed to"),
        ({"error": "server_error", "error_description": "try later"}, "server_error · try later"),
        ({}, "without a code"),
    ],
)
def test_an_answer_without_a_code_says_why(query: dict[str, str], said: str):
    with pytest.raises(SignInFailed, match=said):
        code_of(query)
    assert code_of({"code": "c"}) == "c"


def test_who_it_is_comes_from_the_id_token_or_is_not_told():
    assert who({"id_token": id_token("ada@example.org")}) == "ada@example.org"
    for broken in (
        None,
        {},
        {"id_token": 3},
        {"id_token": "a.b"},
        {"id_token": "a.!.c"},
        {"id_token": "a.W10.c"},
    ):
        assert who(broken) == ""


def test_the_older_page_is_asked_for_with_a_nonce_and_a_short_name():
    url = urlsplit(handoff_url("https://www.mogplex.com", 40000, "n" * 32, "x" * 300))
    query = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert url.path == "/cli-auth" and query["callback"] == "http://127.0.0.1:40000/token"
    assert query["nonce"] == "n" * 32 and len(query["name"]) == 100


@given(st.binary(max_size=200))
def test_whatever_is_handed_over_is_a_personal_token_or_nothing(body: bytes):
    assert handed_token(body) == ""


def test_a_pasted_token_may_have_quotes_and_blanks_around_it():
    token = "mog_" + "A1" * 16
    assert personal_token(f' "{token}"\n') == token
    assert [personal_token(text) for text in ("", "mog_", "sk-1", f"{token} {token}", 3, None)] == [""] * 6


def test_pages_of_the_account_are_told_from_others():
    assert same_site("https://mogplex.com", "https://www.mogplex.com")
    for other in (
        "https://www.mogplex.com.evil.org",
        "http://www.mogplex.com",
        "https://www.mogplex.com:8443",
        "null",
    ):
        assert not same_site(other, "https://www.mogplex.com")
