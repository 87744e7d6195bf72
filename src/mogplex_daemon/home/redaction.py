"""The one funnel: before a text reaches a log, a journal or an export, secrets in it become a mark.

It knows three things: the shapes of well-known tokens, the values of secret-looking keys in JSON, and the
exact values read from auth.json and the environment. In a line of JSON only strings change, never its form.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

MARK = "[redacted]"
SHORTEST_SECRET = 8
"""Shorter values are not hunted for: they would be found in harmless text."""

_SECRET_WORD = (
    r"(?ai:api[_-]?key|secret|passw(?:or)?d|passphrase|access[_-]?token|auth[_-]?token|refresh[_-]?token"
    r"|private[_-]?key|credential|authorization)"
)
_SECRET_KEY = rf"[^\"\\]*{_SECRET_WORD}[^\"\\]*"
_LOOSE_SHAPE = r"(?<![A-Za-z0-9_-])sk-(?:ant-|proj-|or-|live-)?[A-Za-z0-9_-]{20,}"
"""Anthropic, OpenAI, OpenRouter: like the end of a name of several words, so nothing may stand before it."""
_SHAPES = (
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}",  # GitHub
    r"glpat-[A-Za-z0-9_-]{20,}",  # GitLab
    r"xox[abeprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",  # AWS
    r"AIza[A-Za-z0-9_-]{35}",  # Google
    r"npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|hf_[A-Za-z0-9]{30,}",  # package and model registries
    r"mog_[A-Za-z0-9_-]{16,}",  # Mogplex
    r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",  # JSON web tokens
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]|-(?!----))*-----END [A-Z ]*PRIVATE KEY-----",
)
_BEARER = r"(?P<scheme>(?:Bearer|Basic) )(?=[a-z._~-]*[A-Z0-9+/=])[A-Za-z0-9+/=._~-]{16,}"
_JSON_VALUE = rf'(?P<key>"{_SECRET_KEY}"\s*:\s*")(?:[^"\\]|\\.){{4,}}(?=")'
_QUOTED_JSON_VALUE = rf'(?P<quoted>\\"{_SECRET_KEY}\\"\s*:\s*\\").{{4,4000}}?(?=\\")'
"""The same inside a JSON string, such as a tool's output that is JSON itself."""
_ASSIGNED = (
    r"(?P<assigned>(?<![A-Za-z0-9_])[A-Z0-9_]{0,60}?(?:API_?KEY|SECRET|PASSW(?:OR)?D|TOKEN|CREDENTIAL|ACCESS_KEY|PRIVATE_KEY)"
    r"[A-Z0-9_]{0,60}=[\"']?)(?=[A-Za-z+/=_.~!@%^*-]*[0-9])(?=[0-9+/=_.~!@%^*-]*[A-Za-z])[A-Za-z0-9+/=_.~!@%^*-]{8,}"
)
"""`DB_PASSWORD=…` as shells and .env files have it, when the value is no name of something else."""
_IN_ADDRESS = r"(?P<address>://[^\s/:@\"'<>]{1,80}:)[^\s/:@\"'<>$]{4,}(?=@)"
"""The password of a web address."""
_PATTERN = re.compile(
    "|".join(
        (
            _LOOSE_SHAPE,
            *(rf"(?<![A-Za-z0-9])(?:{shape})" for shape in _SHAPES),
            _BEARER,
            _ASSIGNED,
            _IN_ADDRESS,
            _JSON_VALUE,
            _QUOTED_JSON_VALUE,
        )
    )
)
_HINTS = (
    "sk-", "k_live_", "k_test_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "akia", "asia",
    "aiza", "npm_", "pypi-", "hf_", "mog_", "eyj", "private key", "bearer ", "basic ",
    "apikey", "api_key", "api-key", "secret", "passw", "passphrase", "accesstoken", "access_token", "access-token",
    "authtoken", "auth_token", "auth-token", "refreshtoken", "refresh_token", "refresh-token",
    "privatekey", "private_key", "private-key", "credential", "authorization", "token=", "access_key=",
)  # fmt: skip
"""Cheap first look: a text without any of these, in whatever case, cannot match, and most texts have none."""
KEPT = ("key", "quoted", "scheme", "assigned", "address")
"""Groups of a match that stand before the secret and stay."""
_SECRET_NAME = re.compile(r"(?i)(api_?key|token(?!s)|secret|passw(or)?d|credential)")
_SECRET_KEY_NAME = re.compile(_SECRET_WORD)
SHORTEST_VALUE = 4
"""A shorter value of a secret-looking key is a `yes` or a `***`, and stays."""
_WORD = re.compile(r"[a-z]{1,24}(?:_[a-z]{1,24}){0,4}")
"""A string that is one plain word may be a word of the wire, and is never hunted for inside."""


class Redactor:
    """Replaces secrets in text. Immutable after construction, so it can be shared."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = frozenset(secrets)
        forms = {
            form for secret in self._secrets if len(secret) >= SHORTEST_SECRET for form in _forms(secret)
        }
        ordered = sorted(forms, key=len, reverse=True)
        self._exact = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def also(self, secrets: Iterable[str]) -> "Redactor":
        """One that replaces these, too."""
        return Redactor(self._secrets | frozenset(secrets))

    def text(self, text: str) -> str:
        """Plain `text` with every secret replaced, also in JSON that stands in it."""
        if self._exact is not None:
            text = self._exact.sub(MARK, text)
        return _PATTERN.sub(_mark, text) if _hinted(text) else text

    def line(self, line: bytes) -> bytes:
        """A line of JSON with every secret in it replaced; the very same object when there was none.

        Numbers, names of fields that are no secret, and the form of the line stay as they are.
        """
        before = line.decode("utf-8", "surrogatepass")
        if not (_hinted(before) or (self._exact is not None and self._exact.search(before))):
            return line
        try:
            value = json.loads(before)
        except (ValueError, RecursionError):
            after = self.text(before)
        else:
            clean = self._clean(value, "")
            if clean == value:
                return line
            after = json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
        return line if after == before else after.encode("utf-8", "surrogatepass")

    def _clean(self, value: Any, key: str) -> Any:
        """A JSON value without secrets; `key` is the name it has in the object around it."""
        if isinstance(value, str):
            if len(value) >= SHORTEST_VALUE and _SECRET_KEY_NAME.search(key):
                return MARK
            return value if _WORD.fullmatch(value) else self.text(value)
        if isinstance(value, dict):
            members = cast(dict[str, Any], value).items()
            return {
                name if _WORD.fullmatch(name) else self.text(name): self._clean(each, name)
                for name, each in members
            }
        if isinstance(value, list):
            return [self._clean(each, key) for each in cast(list[Any], value)]
        return value


def known_secrets(environ: Mapping[str, str], auth_file: Path) -> set[str]:
    """Every secret value of the environment and of auth.json, which may be missing or malformed."""
    secrets = {value for name, value in environ.items() if _SECRET_NAME.search(name)}
    try:
        stored: Any = json.loads(auth_file.read_text("utf-8"))
    except (OSError, ValueError):
        return secrets
    return secrets | set(_stored_secrets(stored))


def names_a_secret(name: str) -> bool:
    """Whether a value of this name is one: a variable `GITHUB_TOKEN`, a header `Authorization`."""
    return bool(_SECRET_NAME.search(name) or _SECRET_KEY_NAME.search(name))


def _stored_secrets(value: Any, name: str = "") -> Iterable[str]:
    """Strings under a secret-looking key, and others long enough to be a secret that are no address."""
    if isinstance(value, str):
        if _SECRET_NAME.search(name) or (len(value) >= 16 and "://" not in value):
            yield value
    elif isinstance(value, dict):
        for key, each in cast(dict[str, Any], value).items():
            yield from _stored_secrets(each, key)
    elif isinstance(value, list):
        for each in cast(list[Any], value):
            yield from _stored_secrets(each, name)


def _hinted(text: str) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS) or ("@" in lowered and "://" in lowered)


def _forms(secret: str) -> tuple[str, str]:
    """As it is, and as it stands inside a JSON string."""
    return secret, json.dumps(secret, ensure_ascii=False)[1:-1]


def _mark(match: re.Match[str]) -> str:
    return next((kept for kept in map(match.group, KEPT) if kept), "") + MARK
