"""Models of pydantic-ai for the models a run can choose. The SDK of a provider is loaded when it is first called."""

from collections.abc import Awaitable, Callable

from pydantic_ai.exceptions import ModelAuthenticationError, ModelConnectionError
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from mogplex_daemon.harness.model_access import ChosenModel, KeyLost, KeySource

SETTINGS = ModelSettings(max_retries=0, cache=True, timeout=300)
"""Retries are the loop's: it can tell them, and be interrupted while it waits. `timeout`: seconds without a byte."""
NO_KEY = "none"
"""Sent where a server asks for no credential: the SDKs insist on one."""


class ProviderModels:
    """One model object for each model that was chosen, so that connections are kept."""

    def __init__(self) -> None:
        self._made: dict[str, Model] = {}

    def of(self, chosen: ChosenModel) -> Model:
        """The model to call for `chosen`."""
        known = f"{chosen.provider.name}\n{chosen.name}"
        if known not in self._made:
            self._made[known] = provider_model(chosen)
        return self._made[known]


def provider_model(chosen: ChosenModel) -> Model:
    """A fresh one, with connections of its own."""
    provider = chosen.provider
    key = provider.key or NO_KEY
    match provider.protocol:
        case "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            return AnthropicModel(
                chosen.name,
                provider=AnthropicProvider(api_key=key, base_url=provider.base_url),
                settings=SETTINGS,
            )
        case "openai":
            from pydantic_ai.models.openai import OpenAIChatModel
            from pydantic_ai.providers.openai import OpenAIProvider
            from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

            if provider.name == "openai":
                return OpenAIChatModel(
                    chosen.name,
                    provider=OpenAIProvider(api_key=key, base_url=provider.base_url),
                    settings=SETTINGS,
                )
            if provider.key_source is not None:
                from openai import AsyncOpenAI

                client = AsyncOpenAI(
                    api_key=_asked(provider.key_source, chosen.slug),
                    base_url=provider.base_url,
                    max_retries=0,
                )
                return OpenAIChatModel(
                    chosen.name,
                    provider=OpenAICompatibleProvider(provider.name, openai_client=client),
                    settings=SETTINGS,
                )
            return OpenAIChatModel(
                chosen.name,
                provider=OpenAICompatibleProvider(provider.name, api_key=key, base_url=provider.base_url),
                settings=SETTINGS,
            )


def _asked(source: KeySource, model: str) -> Callable[[], Awaitable[str]]:
    """Asked before every call; what is wrong with the credential is told as the provider would tell it."""

    async def key() -> str:
        try:
            return await source.current()
        except KeyLost as lost:
            if lost.lasting:
                raise ModelAuthenticationError(model, str(lost)) from lost
            raise ModelConnectionError(model, str(lost)) from lost

    return key
