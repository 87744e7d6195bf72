import pytest

from mogplex_daemon.harness.model_access import (
    ModelAccess,
    ModelFacts,
    NoModel,
    Price,
    Provider,
    choose_model,
)

ANTHROPIC = Provider("anthropic", "anthropic", "https://a", "k", model="claude-x", families=("claude-",))
OPENAI = Provider("openai", "openai", "https://o", "k", model="gpt-x", families=("gpt-", "o3"))
MOGPLEX = Provider("mogplex", "openai", "https://m", "k", takes_any=True)
LOCAL = Provider("local", "openai", "http://l", own=True)


@pytest.mark.parametrize(
    ("providers", "name", "chosen"),
    [
        ((ANTHROPIC, OPENAI), None, "anthropic/claude-x"),
        ((ANTHROPIC, OPENAI), "gpt-5", "openai/gpt-5"),
        ((ANTHROPIC, OPENAI), "openai/whatever", "openai/whatever"),
        ((ANTHROPIC, MOGPLEX), "anthropic/claude-y", "anthropic/claude-y"),
        ((MOGPLEX,), "anthropic/claude-y", "mogplex: anthropic/claude-y"),
        ((MOGPLEX,), "mogplex/anthropic/claude-y", "mogplex: anthropic/claude-y"),
        ((LOCAL, ANTHROPIC, MOGPLEX), "qwen3", "local/qwen3"),
        ((LOCAL, ANTHROPIC, MOGPLEX), "local/org/qwen3", "local: org/qwen3"),
        ((LOCAL, ANTHROPIC, MOGPLEX), "org/qwen3", "mogplex: org/qwen3"),
        ((LOCAL,), "org/qwen3", "local: org/qwen3"),
    ],
)
def test_a_name_leads_to_a_provider(providers: tuple[Provider, ...], name: str | None, chosen: str):
    found = choose_model(ModelAccess(providers), name)
    provider = f"{found.provider.name}: " if "/" in found.name else ""
    assert provider + found.slug == chosen


@pytest.mark.parametrize(
    ("access", "name", "said"),
    [
        (ModelAccess(), "gpt-5", "/login"),
        (ModelAccess((MOGPLEX,)), None, "no model is named"),
        (ModelAccess((ANTHROPIC,)), "llama", "as in anthropic/llama"),
        (ModelAccess((LOCAL,), {"groq": "export GROQ_API_KEY"}), "groq/llama", "export GROQ_API_KEY"),
        (
            ModelAccess((ANTHROPIC,), {"openai": "export OPENAI_API_KEY"}),
            "openai/gpt-5",
            "export OPENAI_API_KEY. Models can be called at: anthropic",
        ),
    ],
)
def test_a_name_nobody_has_is_answered_with_what_to_do(access: ModelAccess, name: str | None, said: str):
    with pytest.raises(NoModel) as refused:
        choose_model(access, name)
    assert said in str(refused.value)


def test_the_default_of_the_settings_goes_before_that_of_a_provider():
    assert choose_model(ModelAccess((ANTHROPIC, OPENAI), default_model="gpt-5"), None).slug == "openai/gpt-5"


def test_what_is_known_of_a_model_at_its_provider_goes_before_what_is_known_of_its_name():
    here, anywhere = ModelFacts(1), ModelFacts(2, Price(1, 2))
    access = ModelAccess((LOCAL,), facts={"local/qwen3": here, "qwen3": anywhere, "other": anywhere})
    assert choose_model(access, "local/qwen3").facts == here
    assert choose_model(access, "other").facts == anywhere
    assert choose_model(access, "third").facts == ModelFacts()


def test_a_credential_is_never_shown():
    found = choose_model(ModelAccess((Provider("a", "openai", "u", "sk-secret", own=True),)), "m")
    assert "sk-secret" not in repr(found)
