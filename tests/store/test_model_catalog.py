import json
import os

import pytest

from mogplex_cli.model_catalog import account_default, read_catalog, with_configured
from mogplex_cli.store.offers import ModelCatalog, OfferedModel
from mogplex_daemon.home.settings import ModelSettings, ProviderSettings, Settings


def test_a_catalog_that_is_not_there_is_empty(tmp_path):
    assert read_catalog(tmp_path / "models.remote.json").problem == ""


@pytest.mark.parametrize("content", [b"{", b"3", b'{"catalog": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_catalog_is_named_with_what_mends_it(tmp_path, content):
    path = tmp_path / "models.remote.json"
    path.write_bytes(content)
    catalog = read_catalog(path)
    assert str(path) in catalog.problem
    assert "remove it" in catalog.problem
    assert catalog.models == ()


def test_prices_are_of_a_million_tokens_and_unknown_ones_stay_unknown(tmp_path):
    path = tmp_path / "models.remote.json"
    models = [
        {"id": "p/a", "pricing": {"input": "0.0000025", "output": 0}},
        {"id": "p/b", "pricing": {"input": "cheap", "output": -1}, "context_length": "many"},
    ]
    path.write_text(json.dumps({"models": models}))
    first, second = read_catalog(path).models
    assert (first.input_usd, first.output_usd) == (2.5, 0.0)
    assert (second.input_usd, second.output_usd, second.context) == (None, None, None)


@pytest.mark.parametrize("name", ["", "models", "catalog"])
def test_the_accounts_own_form_is_read_bare_or_in_an_object(tmp_path, name):
    path = tmp_path / "models.remote.json"
    entry = {
        "slug": "acme/swift",
        "provider": "acme",
        "displayName": "Swift",
        "contextWindow": 200_000,
        "pricing": {"inputPerMillion": 2.5, "outputPerMillion": 8, "currency": "USD"},
    }
    path.write_text(json.dumps({name: [entry]} if name else [entry]))
    assert read_catalog(path).models == (OfferedModel("acme/swift", "Swift", "acme", 200_000, 2.5, 8.0),)


def test_the_accounts_default_is_one_of_its_models_else_the_first(tmp_path):
    path = tmp_path / "models.remote.json"
    models = [{"slug": "acme/swift"}, {"id": "acme/deep"}]
    for chosen, default in (("acme/deep", "acme/deep"), ("acme/gone", "acme/swift"), (None, "acme/swift")):
        path.write_text(json.dumps({"models": models, "default_model": chosen}))
        assert account_default(path) == default
    path.write_text("[]")
    assert account_default(path) == "" and account_default(tmp_path / "missing") == ""


def test_a_pipe_in_its_place_holds_nothing_up(tmp_path):
    path = tmp_path / "models.remote.json"
    os.mkfifo(path)
    assert "no file" in read_catalog(path).problem


def test_models_of_config_toml_go_before_the_account_and_are_named_once():
    settings = Settings(
        providers={"local": ProviderSettings(base_url="http://x", model="qwen3")},
        models={"qwen3": ModelSettings(context_window=9, input_usd=1, output_usd=2), "a/b": ModelSettings()},
    )
    account = ModelCatalog((OfferedModel("a/b", context=5), OfferedModel("c/d")))
    found = with_configured(account, settings, {"ANTHROPIC_API_KEY": "k"}).models
    assert [each.slug for each in found] == ["local/qwen3", "anthropic/claude-sonnet-4-5", "a/b", "c/d"]
    assert (found[0].provider, found[0].context, found[0].input_usd) == ("local", 9, 1)
    assert found[2].context is None
