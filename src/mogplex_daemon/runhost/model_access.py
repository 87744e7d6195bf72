"""Where a run can call models: what config.toml, the environment, auth.json and the account's catalog say together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from mogplex_daemon.harness.model_access import ModelAccess, ModelFacts, Price, Provider
from mogplex_daemon.home.auth_file import stored_keys
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.provider_table import KNOWN_PROVIDERS, MOGPLEX_INFERENCE, KnownProvider
from mogplex_daemon.home.settings import ModelSettings, ProviderSettings, Settings

MILLION = 1_000_000
LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
MOST_CATALOG_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class FoundAccess:
    """What can be called, and what is wrong with what was said about it, a line each."""

    access: ModelAccess
    problems: tuple[str, ...] = ()


def find_access(
    home: Home, settings: Settings, environ: Mapping[str, str], project_model: str | None
) -> FoundAccess:
    """Read auth.json and the catalog, and put everything together. Never raises."""
    found = providers(settings.providers, environ, stored_keys(home.auth))
    facts = catalog_facts(_read_json(home.models)) | {
        name: model_facts(said) for name, said in settings.models.items()
    }
    access = ModelAccess(
        providers=found.access.providers,
        absent=found.access.absent,
        facts=facts,
        default_model=project_model or settings.native.model,
        compact_at=settings.native.compact_at,
        retries=settings.native.retries,
    )
    return FoundAccess(access, found.problems)


def providers(
    said: Mapping[str, ProviderSettings], environ: Mapping[str, str], stored: Mapping[str, str]
) -> FoundAccess:
    """Those that can be called: of config.toml, then by a credential of the environment, then by a stored one. Pure."""
    found: list[tuple[int, Provider]] = []
    absent: dict[str, str] = {}
    problems: list[str] = []
    known = {each.name: each for each in KNOWN_PROVIDERS}
    for each in KNOWN_PROVIDERS:
        own = said.get(each.name, ProviderSettings())
        variables = (own.api_key_env,) if own.api_key_env else each.variables
        key = next((environ[name].strip() for name in variables if environ.get(name, "").strip()), "")
        base_url = own.base_url or _address(each, environ)
        problem = _refused_address(each, base_url, environ)
        if problem:
            problems.append(problem)
        elif key or stored.get(each.name) or own.base_url:
            rank = 1 if key or own.base_url else 2
            found.append((rank, _known(each, own, base_url, key or stored.get(each.name, ""))))
        else:
            absent[each.name] = (
                "type /login to sign in" if each.name == "mogplex" else f"export {' or '.join(variables)}"
            )
    for name, own in said.items():
        if name in known:
            continue
        if own.base_url is None:
            problems.append(
                f"config.toml: providers.{name}: there is no base_url, and no provider of this name is known; "
                "add base_url, until then it is left out"
            )
            continue
        key = environ.get(own.api_key_env, "").strip() if own.api_key_env else ""
        if own.api_key_env and not key:
            problems.append(
                f"config.toml: providers.{name}: {own.api_key_env} is not set; it is called without a credential"
            )
        found.append(
            (
                0,
                Provider(
                    name,
                    own.protocol or "openai",
                    own.base_url.rstrip("/"),
                    key,
                    model=own.model,
                    own=True,
                ),
            )
        )
    ordered = tuple(provider for _, provider in sorted(found, key=lambda each: each[0]))
    return FoundAccess(ModelAccess(ordered, absent), tuple(problems))


def model_facts(said: ModelSettings) -> ModelFacts:
    """What config.toml says of a model. A price needs both what is read and what is written. Pure."""
    price = None
    if said.input_usd is not None and said.output_usd is not None:
        price = Price(said.input_usd, said.output_usd, said.cache_read_usd, said.cache_write_usd)
    return ModelFacts(said.context_window, price)


def catalog_facts(content: Any) -> dict[str, ModelFacts]:
    """What the account's model catalog says, in either of its two forms; nothing where it is malformed. Pure."""
    entries = content
    if isinstance(content, dict):
        fields = cast(dict[str, Any], content)
        entries = fields.get("catalog", fields.get("models"))
    facts: dict[str, ModelFacts] = {}
    for each in cast(list[Any], entries) if isinstance(entries, list) else []:
        if not isinstance(each, dict):
            continue
        entry = cast(dict[str, Any], each)
        slug = entry.get("slug", entry.get("id"))
        if isinstance(slug, str) and slug:
            window = entry.get("contextWindow", entry.get("context_length"))
            known = (
                window if isinstance(window, int) and not isinstance(window, bool) and window > 0 else None
            )
            facts[f"mogplex/{slug}"] = ModelFacts(known, _catalog_price(entry.get("pricing")))
    return facts


def _catalog_price(pricing: Any) -> Price | None:
    """Of `{inputPerMillion, outputPerMillion}`, or of `{input, output}` in dollars a token."""
    if not isinstance(pricing, dict):
        return None
    fields = cast(dict[str, Any], pricing)
    each_million = [_dollars(fields.get(name)) for name in ("inputPerMillion", "outputPerMillion")]
    each_token = [_dollars(fields.get(name)) for name in ("input", "output")]
    if each_million[0] is not None and each_million[1] is not None:
        return Price(each_million[0], each_million[1])
    if each_token[0] is not None and each_token[1] is not None:
        return Price(each_token[0] * MILLION, each_token[1] * MILLION)
    return None


def _dollars(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        price = float(value)
    except ValueError:
        return None
    return price if 0 <= price < MILLION else None


def _known(each: KnownProvider, own: ProviderSettings, base_url: str, key: str) -> Provider:
    return Provider(
        each.name,
        own.protocol or each.protocol,
        base_url,
        key,
        model=own.model or each.model,
        families=each.families,
        takes_any=each.takes_any,
        # At another address are models of other names.
        own=base_url != each.base_url and each.name != "mogplex",
    )


def _address(each: KnownProvider, environ: Mapping[str, str]) -> str:
    said = environ.get(each.address_variable, "").strip() if each.address_variable else ""
    base_url = (said or each.base_url).rstrip("/")
    return base_url + MOGPLEX_INFERENCE if each.name == "mogplex" else base_url


def _refused_address(each: KnownProvider, base_url: str, environ: Mapping[str, str]) -> str:
    """Why an address of the account is not called: its token must not travel in the clear."""
    if each.name != "mogplex" or base_url.startswith("https://"):
        return ""
    developing = environ.get("MOGPLEX_DEV") == "1" and environ.get("NODE_ENV") != "production"
    if base_url.startswith("http://") and developing and urlsplit(base_url).hostname in LOOPBACK:
        return ""
    return (
        "MOGPLEX_URL: the account is called over https only; on this machine http is taken with MOGPLEX_DEV=1. "
        "Mend or unset it, until then the account is not used"
    )


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_CATALOG_BYTES:
            return None
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
