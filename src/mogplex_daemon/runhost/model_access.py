"""Where a run can call models: what config.toml, the environment, auth.json and the account's catalog say together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from mogplex_daemon.harness.model_access import ModelAccess, ModelFacts, Price, Provider
from mogplex_daemon.home.account_address import ACCOUNT, account_address, refused_address
from mogplex_daemon.home.account_tokens import AccountTokens, stored_tokens
from mogplex_daemon.home.auth_file import stored_keys
from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.provider_table import KNOWN_PROVIDERS, MOGPLEX_INFERENCE, KnownProvider
from mogplex_daemon.home.settings import ModelSettings, ProviderSettings, Settings
from mogplex_daemon.home.token_endpoint import renewer
from mogplex_daemon.runhost.account_key import AccountKey

MILLION = 1_000_000
MOST_CATALOG_BYTES = 8_000_000
ELSEWHERE = (
    "{auth}: the sign-in is of {there}, and MOGPLEX_URL leads to {here}: type /login to sign in there, or unset it; "
    "until then the account is not used"
)


@dataclass(frozen=True, slots=True)
class FoundAccess:
    """What can be called, and what is wrong with what was said about it, a line each."""

    access: ModelAccess
    problems: tuple[str, ...] = ()
    account: AccountKey | None = None
    """The account's credential, when it is one that ends."""


def find_access(
    home: Home, settings: Settings, environ: Mapping[str, str], project_model: str | None
) -> FoundAccess:
    """Read auth.json and the catalog, and put everything together. Never raises."""
    keys, account = stored_keys(home.auth), _account(home.auth)
    address = account_address(environ)
    elsewhere = ""
    if account is not None and account.url not in ("", address) and not _says_where(settings):
        elsewhere = ELSEWHERE.format(auth=home.auth, there=account.url, here=address)
        keys.pop(ACCOUNT.name, None)
    found = providers(settings.providers, environ, keys)
    catalog = _read_json(home.models)
    facts = catalog_facts(catalog) | {name: model_facts(said) for name, said in settings.models.items()}
    source = None
    if account is not None and account.refresh_token:
        source = AccountKey(home.auth, account.access_token, renewer(account.url or address))
    access = ModelAccess(
        providers=tuple(
            _of_the_account(each, catalog, account, source) if each.name == ACCOUNT.name else each
            for each in found.access.providers
        ),
        absent=found.access.absent,
        facts=facts,
        default_model=project_model or settings.native.model,
        compact_at=settings.native.compact_at,
        retries=settings.native.retries,
    )
    used = any(each.key_source is not None for each in access.providers)
    problems = (*found.problems, elsewhere) if elsewhere else found.problems
    return FoundAccess(access, problems, source if used else None)


def _account(auth: Path) -> AccountTokens | None:
    """The stored sign-in; None also when the file is broken, as then nothing in it is used."""
    try:
        return stored_tokens(auth)
    except (OSError, ValueError):
        return None


def _says_where(settings: Settings) -> bool:
    """Whether a person wrote down where the account's models are called."""
    own = settings.providers.get(ACCOUNT.name)
    return own is not None and own.base_url is not None


def _of_the_account(
    provider: Provider, catalog: Any, account: AccountTokens | None, source: AccountKey | None
) -> Provider:
    """The account with its catalog's default model, and with the stored sign-in when that is what is used."""
    if account is None or provider.key != account.access_token:
        source = None
    return replace(provider, model=provider.model or catalog_default(catalog), key_source=source)


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
        problem = refused_address(base_url, environ) if each.name == ACCOUNT.name else ""
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


def catalog_default(content: Any) -> str | None:
    """The model of a run that names none: the account's default, else the first of the catalog. Pure."""
    fields = cast(dict[str, Any], content) if isinstance(content, dict) else {}
    chosen = fields.get("default_model")
    slugs = [name.removeprefix(f"{ACCOUNT.name}/") for name in catalog_facts(content)]
    if isinstance(chosen, str) and chosen in slugs:
        return chosen
    return next(iter(slugs), None)


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
    if each.name == ACCOUNT.name:
        return account_address(environ) + MOGPLEX_INFERENCE
    said = environ.get(each.address_variable, "").strip() if each.address_variable else ""
    return (said or each.base_url).rstrip("/")


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_CATALOG_BYTES:
            return None
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
