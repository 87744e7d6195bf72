"""Where models can be called, what is known of each, and which provider a model's name leads to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from typing import Protocol as Shape

Protocol = Literal["openai", "anthropic"]
"""`openai`: chat completions, as most providers speak them. `anthropic`: the messages API."""

NO_PROVIDER = (
    "no model can be called: type /login, or export ANTHROPIC_API_KEY or OPENAI_API_KEY and open mogplex anew; a "
    "server of your own is a table [providers.<name>] in $MOGPLEX_HOME/config.toml, see docs/models.md"
)
NO_MODEL = (
    "no model is named: choose one with /model, start with --model <name>, or set model under [native] in "
    "$MOGPLEX_HOME/config.toml. Models can be called at: {providers}"
)
UNKNOWN_MODEL = (
    "no provider is known to have the model {model!r}: put the provider's name before it, as in {example}/{model}. "
    "Models can be called at: {providers}"
)
NOT_SIGNED_IN = (
    "the model {model!r} is called at {provider}, and there is no credential for it: {remedy}. Models can be "
    "called at: {providers}"
)


class KeyLost(Exception):
    """There is no credential to call with; the message says what to do."""

    def __init__(self, message: str, *, lasting: bool) -> None:
        """`lasting`: whether trying again later does not help."""
        super().__init__(message)
        self.lasting = lasting


class KeySource(Shape):
    """A credential that ends and is renewed."""

    async def current(self) -> str:
        """The one to call with now. Raises KeyLost."""
        ...

    async def renewed(self) -> str:
        """Another one than the last, which was refused. Raises KeyLost."""
        ...


@dataclass(frozen=True, slots=True)
class Provider:
    """Somewhere models can be called."""

    name: str
    """As people write it before a model's name: `anthropic`, `mogplex`, one of config.toml."""
    protocol: Protocol
    base_url: str
    key: str = field(default="", repr=False)
    """The credential that is sent; empty for a server that asks for none."""
    model: str | None = None
    """The model of a run that names none."""
    families: tuple[str, ...] = ()
    """How names of its models begin, such as `claude-`."""
    takes_any: bool = False
    """Whether it has models of other makers, by their `maker/model` name."""
    key_source: KeySource | None = field(default=None, repr=False, compare=False)
    """Where the credential of each call is from, when it is one that ends; `key` is what it was at first."""
    own: bool = False
    """Whether a person set it up: it is asked for names that say nothing about a provider."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars of a million tokens. What is cached costs as much as the rest where nothing else is said."""

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model. None is unknown, which is not 0."""

    context_window: int | None = None
    """Tokens that fit."""
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """All of it, for one run."""

    providers: tuple[Provider, ...] = ()
    """Those that can be called, the preferred first."""
    absent: Mapping[str, str] = field(default_factory=dict[str, str])
    """Providers that are known and lack a credential: what to do about each."""
    facts: Mapping[str, ModelFacts] = field(default_factory=dict[str, ModelFacts])
    """By the model's name, with or without the provider's before it. They go before what a price list knows."""
    default_model: str | None = None
    """The model of a run that names none, whatever provider has it."""
    compact_at: float = 0.8
    """How full the context may become before what was said first is summed up: a fraction of the window."""
    retries: int = 6
    """How often one model call is tried again before the run ends."""

    def facts_of(self, name: str, provider: Provider) -> ModelFacts:
        """What was said of a model at a provider."""
        for known in (f"{provider.name}/{name}", name):
            if known in self.facts:
                return self.facts[known]
        return ModelFacts()


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model and who is called for it."""

    provider: Provider
    name: str
    """As its provider calls it."""
    facts: ModelFacts = ModelFacts()

    @property
    def slug(self) -> str:
        """As people read it."""
        return self.name if "/" in self.name else f"{self.provider.name}/{self.name}"


class NoModel(LookupError):
    """No provider can be called for a model; the message says what to do."""


def choose_model(access: ModelAccess, name: str | None) -> ChosenModel:
    """Who is called for the model `name`, or for the default one. Raises NoModel.

    The provider that is named before the first slash, else the one whose family the name is of. What is left, one
    that resells every maker's models is asked for `maker/model`, and one that a person set up for a plain name.
    """
    if not access.providers:
        raise NoModel(NO_PROVIDER)
    wanted = (name or access.default_model or "").strip()
    if not wanted:
        provider = next((each for each in access.providers if each.model), None)
        if provider is None or provider.model is None:
            raise NoModel(NO_MODEL.format(providers=_names(access)))
        return _chosen(access, provider, provider.model)
    candidates = _of_a_maker(access, wanted) if "/" in wanted else _of_a_plain_name(access, wanted)
    if candidates:
        return candidates[0]
    raise NoModel(
        UNKNOWN_MODEL.format(model=wanted, example=access.providers[0].name, providers=_names(access))
    )


def _of_a_maker(access: ModelAccess, wanted: str) -> list[ChosenModel]:
    """For `maker/model`: the provider of that name, who resells, and a server of one's own. Raises NoModel."""
    maker, _, rest = wanted.partition("/")
    named = [_chosen(access, each, rest) for each in access.providers if each.name == maker and rest]
    resold = [_chosen(access, each, wanted) for each in access.providers if each.takes_any]
    if not named and not resold and maker in access.absent:
        remedy, names = access.absent[maker], _names(access)
        raise NoModel(NOT_SIGNED_IN.format(model=wanted, provider=maker, remedy=remedy, providers=names))
    own = [_chosen(access, each, wanted) for each in access.providers if each.own]
    return [*named, *resold, *own]


def _of_a_plain_name(access: ModelAccess, wanted: str) -> list[ChosenModel]:
    """For `model`: the provider of its family, a server of one's own, and who resells."""
    family = [each for each in access.providers if wanted.startswith(each.families) or wanted == each.model]
    own = [each for each in access.providers if each.own]
    resellers = [each for each in access.providers if each.takes_any]
    return [_chosen(access, each, wanted) for each in (*family, *own, *resellers)]


def _chosen(access: ModelAccess, provider: Provider, name: str) -> ChosenModel:
    return ChosenModel(provider, name, access.facts_of(name, provider))


def _names(access: ModelAccess) -> str:
    return ", ".join(each.name for each in access.providers)
