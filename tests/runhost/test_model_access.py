import json
from pathlib import Path

import pytest

from mogplex_daemon.harness.model_access import ModelFacts, Price
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.settings import ModelSettings, NativeSettings, ProviderSettings, Settings
from mogplex_daemon.runhost.model_access import catalog_facts, find_access, model_facts, providers


def names(
    environ: dict[str, str], stored: dict[str, str] | None = None, **said: ProviderSettings
) -> list[str]:
    return [each.name for each in providers(said, environ, stored or {}).access.providers]


def test_providers_of_config_come_first_then_credentials_of_the_environment_then_stored_ones():
    environ = {"OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": " "}
    own = ProviderSettings(base_url="http://127.0.0.1:1/v1")
    assert names(environ, {"mogplex": "mog_1"}, local=own) == ["local", "openai", "mogplex"]
    assert names({}, {"mogplex": "mog_1"}) == ["mogplex"]
    assert names({}) == []


def test_the_environment_goes_before_what_is_stored_for_the_same_provider():
    (mogplex,) = providers({}, {"MOGPLEX_API_KEY": "mog_shell"}, {"mogplex": "mog_stored"}).access.providers
    assert mogplex.key == "mog_shell"
    assert mogplex.base_url == "https://www.mogplex.com/api/cli/inference"


def test_what_is_missing_for_a_known_provider_is_told():
    absent = providers({}, {}, {}).access.absent
    assert absent["openai"] == "export OPENAI_API_KEY"
    assert absent["google"] == "export GEMINI_API_KEY or GOOGLE_API_KEY"
    assert absent["mogplex"] == "type /login to sign in"


def test_a_known_provider_can_have_another_address_protocol_and_variable():
    said = {"anthropic": ProviderSettings(base_url="http://127.0.0.1:1/", api_key_env="MINE", model="m")}
    (found,) = providers(said, {"MINE": "k"}, {}).access.providers
    assert (found.name, found.protocol, found.key, found.model) == ("anthropic", "anthropic", "k", "m")
    (shell,) = providers(
        {}, {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:2/v1/"}, {}
    ).access.providers
    assert shell.base_url == "http://127.0.0.1:2/v1" and shell.own
    (usual,) = providers({}, {"OPENAI_API_KEY": "k"}, {}).access.providers
    assert not usual.own


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({"MOGPLEX_URL": "https://staging.mogplex.com/"}, "https://staging.mogplex.com/api/cli/inference"),
        ({"MOGPLEX_URL": "http://staging.mogplex.com"}, None),
        ({"MOGPLEX_URL": "http://localhost:3000"}, None),
        (
            {"MOGPLEX_URL": "http://localhost:3000", "MOGPLEX_DEV": "1"},
            "http://localhost:3000/api/cli/inference",
        ),
        ({"MOGPLEX_URL": "http://example.org", "MOGPLEX_DEV": "1"}, None),
        ({"MOGPLEX_URL": "http://localhost:3000", "MOGPLEX_DEV": "1", "NODE_ENV": "production"}, None),
    ],
)
def test_the_token_of_the_account_never_travels_in_the_clear(environ: dict[str, str], address: str | None):
    found = providers({}, environ | {"MOGPLEX_API_KEY": "mog_1"}, {})
    assert [each.base_url for each in found.access.providers] == ([address] if address else [])
    assert bool(found.problems) is (address is None)


def test_a_provider_without_an_address_and_a_variable_that_is_not_set_are_named():
    said = {
        "loca": ProviderSettings(model="x"),
        "l": ProviderSettings(base_url="http://x", api_key_env="NOT_SET"),
    }
    problems = providers(said, {}, {}).problems
    assert "providers.loca: there is no base_url" in problems[0]
    assert "providers.l: NOT_SET is not set" in problems[1]


def test_both_forms_of_the_account_catalog_are_read():
    cli = [
        {
            "slug": "anthropic/c",
            "contextWindow": 9,
            "pricing": {"inputPerMillion": 3, "outputPerMillion": 15},
        },
        {"slug": "x/free", "pricing": {"inputPerMillion": None}},
        {"slug": 4},
        "nonsense",
    ]
    hosted = {
        "catalog": [{"id": "o/g", "context_length": 8, "pricing": {"input": "0.000002", "output": 0.00001}}]
    }
    assert catalog_facts(cli) == {
        "mogplex/anthropic/c": ModelFacts(9, Price(3, 15)),
        "mogplex/x/free": ModelFacts(None, None),
    }
    assert catalog_facts(hosted) == {"mogplex/o/g": ModelFacts(8, Price(2, 10))}
    assert catalog_facts(None) == catalog_facts({"models": 3}) == {}


def test_a_price_needs_both_of_its_halves():
    assert model_facts(ModelSettings(input_usd=1)) == ModelFacts()
    assert model_facts(ModelSettings(input_usd=1, output_usd=2, cache_read_usd=0)) == ModelFacts(
        None, Price(1, 2, 0)
    )


def test_it_is_all_found_together(tmp_path: Path):
    home = Home(tmp_path)
    home.auth.write_text(json.dumps({"mogplex": {"token": "mog_1"}}))
    home.models.write_text(json.dumps([{"slug": "a/c", "contextWindow": 9}]))
    settings = Settings(
        native=NativeSettings(model="a/c", retries=2), models={"m": ModelSettings(context_window=4)}
    )
    access = find_access(home, settings, {}, None).access
    assert [each.name for each in access.providers] == ["mogplex"]
    assert access.facts == {"mogplex/a/c": ModelFacts(9), "m": ModelFacts(4)}
    assert (access.default_model, access.retries) == ("a/c", 2)
    assert find_access(home, settings, {}, "of-the-project").access.default_model == "of-the-project"
    home.auth.write_text("{")
    home.models.write_text("{")
    assert find_access(home, settings, {}, None).access.providers == ()
