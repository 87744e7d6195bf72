"""The synced model catalog, `$MOGPLEX_HOME/models.remote.json`: the answer of `GET /api/models` as it was kept.

Entries come in two forms. One has `slug`, and may have `displayName`, `provider`, `contextWindow`, and `pricing` with
`inputPerMillion` and `outputPerMillion` in US dollars; the other `id`, and may have `name`, `provider`, `is_available`,
`is_enabled`, `context_length`, and `pricing` with `input` and `output` in US dollars a token. What an entry lacks is
unknown, never 0.
"""

import json
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from mogplex_cli.store.offers import ModelCatalog, OfferedModel
from mogplex_daemon.home.provider_table import KNOWN_PROVIDERS
from mogplex_daemon.home.settings import ModelSettings, Settings

MILLION = 1_000_000
MOST_BYTES = 8_000_000


def read_catalog(path: Path) -> ModelCatalog:
    """Read the file. Never raises: one that is missing is empty, one that is damaged says so."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return _wrong(path, "is no file")
        if found.st_size > MOST_BYTES:
            return _wrong(path, f"is over {MOST_BYTES // 1_000_000} MB")
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return ModelCatalog()
    except (ValueError, RecursionError):
        return _wrong(path, "is no JSON")
    except OSError as error:
        return _wrong(path, f"cannot be read ({error.strerror})")
    entries = _entries(content)
    return _wrong(path, "has no list `catalog` or `models`") if entries is None else parse(entries)


def parse(entries: list[Any]) -> ModelCatalog:
    """The models that are available and not switched off, by provider and slug. Pure."""
    found: dict[str, OfferedModel] = {}
    disabled = 0
    for each in entries:
        entry = _object(each)
        slug = _text(entry.get("slug", entry.get("id")))
        if not slug or entry.get("is_available") is False:
            continue
        if entry.get("is_enabled") is False:
            disabled += 1
            continue
        prices = _object(entry.get("pricing"))
        found[slug] = OfferedModel(
            slug=slug,
            name=_text(entry.get("displayName", entry.get("name"))),
            provider=_text(entry.get("provider")) or slug.partition("/")[0] * ("/" in slug),
            context=_whole(entry.get("contextWindow", entry.get("context_length"))),
            input_usd=_price(prices, "inputPerMillion", "input"),
            output_usd=_price(prices, "outputPerMillion", "output"),
        )
    return ModelCatalog(tuple(sorted(found.values(), key=lambda each: (each.provider, each.slug))), disabled)


def with_configured(catalog: ModelCatalog, settings: Settings, environ: Mapping[str, str]) -> ModelCatalog:
    """The catalog with the models that config.toml names and those of credentials, which go before. Pure."""
    names = [f"{provider}/{each.model}" for provider, each in settings.providers.items() if each.model]
    names += [
        f"{each.name}/{each.model}"
        for each in KNOWN_PROVIDERS
        if each.model and any(environ.get(name, "").strip() for name in each.variables)
    ]
    names = list(dict.fromkeys(names))
    plain = {each.model for each in settings.providers.values()}
    names += [name for name in settings.models if name not in plain and name not in names]
    configured = tuple(_configured(name, settings) for name in names)
    others = tuple(each for each in catalog.models if each.slug not in names)
    return replace(catalog, models=(*configured, *others))


def _configured(slug: str, settings: Settings) -> OfferedModel:
    provider, slash, name = slug.partition("/")
    said = settings.models.get(slug) or (settings.models.get(name) if slash else None) or ModelSettings()
    return OfferedModel(
        slug=slug,
        provider=provider if slash else "",
        context=said.context_window,
        input_usd=said.input_usd,
        output_usd=said.output_usd,
    )


def account_default(path: Path) -> str:
    """The model of a run that names none: the account's default, else the first of the catalog; empty for none."""
    try:
        content: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    slugs = [_text(entry.get("slug", entry.get("id"))) for entry in map(_object, _entries(content) or ())]
    chosen = _text(_object(content).get("default_model"))
    return chosen if chosen in slugs else next((slug for slug in slugs if slug), "")


def _entries(content: Any) -> list[Any] | None:
    if isinstance(content, list):
        return cast(list[Any], content)
    if not isinstance(content, dict):
        return None
    fields = cast(dict[str, Any], content)
    for name in ("catalog", "models"):
        if isinstance(fields.get(name), list):
            return cast(list[Any], fields[name])
    return None


def _object(value: Any) -> Mapping[str, Any]:
    """A JSON object; an empty one for anything else."""
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def _wrong(path: Path, what: str) -> ModelCatalog:
    return ModelCatalog(problem=f"{path} {what}; remove it, and the next sign-in writes it anew")


def _text(value: Any) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _price(prices: Mapping[str, Any], of_a_million: str, of_one: str) -> float | None:
    """US dollars of a million tokens."""
    said = _dollars(prices.get(of_a_million))
    if said is not None:
        return said
    one = _dollars(prices.get(of_one))
    return round(one * MILLION, 6) if one is not None and one < 1 else None


def _dollars(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        price = float(value)
    except ValueError:
        return None
    return price if 0 <= price < MILLION else None
