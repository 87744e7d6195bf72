"""The model providers that are known, as a table. Another one is a line here, or a table in config.toml."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """A provider and how it is reached."""

    name: str
    """As people write it before a model's name, and as its credential is called in auth.json."""
    label: str
    """As its maker calls it."""
    base_url: str
    variables: tuple[str, ...]
    """Where its credential may be, the first that is set counts."""
    families: tuple[str, ...] = ()
    """How the names of its models begin."""
    protocol: Literal["openai", "anthropic"] = "openai"
    model: str | None = None
    """The model of a run that names none."""
    takes_any: bool = False
    """Whether it has models of other makers, by their `maker/model` name."""
    address_variable: str = ""
    """The environment variable that gives it another address."""


KNOWN_PROVIDERS: tuple[KnownProvider, ...] = (
    KnownProvider(
        "anthropic",
        "Anthropic",
        "https://api.anthropic.com",
        ("ANTHROPIC_API_KEY",),
        ("claude-",),
        protocol="anthropic",
        model="claude-sonnet-4-5",
        address_variable="ANTHROPIC_BASE_URL",
    ),
    KnownProvider(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        ("OPENAI_API_KEY",),
        ("gpt-", "chatgpt-", "codex-", "o1", "o3", "o4"),
        model="gpt-5",
        address_variable="OPENAI_BASE_URL",
    ),
    KnownProvider(
        "google",
        "Google",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        ("gemini-", "gemma-"),
        model="gemini-2.5-pro",
    ),
    KnownProvider("groq", "Groq", "https://api.groq.com/openai/v1", ("GROQ_API_KEY",)),
    KnownProvider(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        ("MISTRAL_API_KEY",),
        ("mistral-", "codestral-", "devstral-", "magistral-"),
    ),
    KnownProvider("deepseek", "DeepSeek", "https://api.deepseek.com", ("DEEPSEEK_API_KEY",), ("deepseek-",)),
    KnownProvider("xai", "xAI", "https://api.x.ai/v1", ("XAI_API_KEY",), ("grok-",)),
    KnownProvider(
        "openrouter", "OpenRouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",), takes_any=True
    ),
    KnownProvider(
        "mogplex",
        "Mogplex",
        "https://www.mogplex.com",
        ("MOGPLEX_API_KEY",),
        takes_any=True,
        address_variable="MOGPLEX_URL",
    ),
)
"""In the order they are preferred: a provider's own credential goes before an account that resells it."""
MOGPLEX_INFERENCE = "/api/cli/inference"
"""Where the account's models are called, below its address."""
