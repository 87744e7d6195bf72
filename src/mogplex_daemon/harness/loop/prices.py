"""What a model call cost, priced exactly or not at all. Offline: the price list comes with genai-prices."""

from pydantic_ai.usage import RequestUsage

from mogplex_daemon.harness.model_access import ChosenModel, Price

MILLION = 1_000_000


def cost_usd(usage: RequestUsage, chosen: ChosenModel) -> float | None:
    """US dollars; None where nobody knows the price of this model at this provider.

    A price of config.toml or of the account's catalog goes before the list, which is asked by the provider's
    address: the same model costs something else elsewhere.
    """
    if chosen.facts.price is not None:
        return priced(usage, chosen.facts.price)
    from genai_prices import calc_price

    try:
        found = calc_price(usage, chosen.name, provider_api_url=chosen.provider.base_url)
    except (LookupError, ValueError):
        return None
    return float(found.total_price)


def priced(usage: RequestUsage, price: Price) -> float:
    """What the tokens of a call cost at `price`. Pure."""
    cached = min(usage.cache_read_tokens, usage.input_tokens)
    put = min(usage.cache_write_tokens, usage.input_tokens - cached)
    read = price.input if price.cache_read is None else price.cache_read
    write = price.input if price.cache_write is None else price.cache_write
    total = (
        (usage.input_tokens - cached - put) * price.input
        + cached * read
        + put * write
        + usage.output_tokens * price.output
    )
    return total / MILLION


def context_window(chosen: ChosenModel) -> int | None:
    """Tokens that fit; None where nobody knows."""
    if chosen.facts.context_window is not None:
        return chosen.facts.context_window
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, model = get_snapshot().find_provider_model(
            chosen.name, provider=None, provider_id=None, provider_api_url=chosen.provider.base_url
        )
    except LookupError:
        return None
    return model.context_window
