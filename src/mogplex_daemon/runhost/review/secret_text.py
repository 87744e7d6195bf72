"""Where a line of text holds something that looks like a real secret, and the same line with it masked."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

HINT = re.compile(
    r"(?i)AKIA|ASIA|gh[pousr]_|github_pat|gl[a-z]{2,3}-|xox|xapp|hooks\.slack|[sr]k[-_]|whsec|AIza|npm_|pypi-|hf_|SG\."
    r"|eyJ|://|pass|pwd|secret|token|key|credential"
)
"""Every secret that is looked for has one of these: most lines need no closer look."""

MASK = "********"
SHOWN_CHARACTERS = 4
SHORT_SECRET = 12
"""Below this length four characters would give too much away: only the first one is shown."""


@dataclass(frozen=True, slots=True)
class SecretSpan:
    """A secret at `start:end` of a line. `what` names its kind, never its value."""

    start: int
    end: int
    what: str
    certainty: Literal["format", "assignment"]
    """`format`: the token has the shape of a provider's. `assignment`: the name it is given to says so."""


@dataclass(frozen=True, slots=True)
class TokenFormat:
    """The shape of one provider's token."""

    what: str
    pattern: re.Pattern[str]


def _token(what: str, shape: str) -> TokenFormat:
    return TokenFormat(what, re.compile(rf"(?<![A-Za-z0-9_]){shape}(?![A-Za-z0-9_])"))


TOKEN_FORMATS = (
    _token("AWS access key id", r"(?:AKIA|ASIA)[A-Z0-9]{16}"),
    _token("GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _token("GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{40,255}"),
    _token("GitLab token", r"gl(?:pat|ptt|dt|rt|cbt)-[A-Za-z0-9_-]{20,255}"),
    _token("Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{16,255}"),
    _token("Slack app token", r"xapp-[A-Za-z0-9-]{16,255}"),
    _token("Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,64}"),
    _token("Stripe key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}"),
    _token("Stripe webhook secret", r"whsec_[A-Za-z0-9+/=]{24,255}"),
    _token("Anthropic key", r"sk-ant-[A-Za-z0-9_-]{20,255}"),
    _token("OpenAI key", r"sk-(?:proj-|svcacct-|admin-)?(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{24,255}"),
    _token("Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    _token("npm token", r"npm_[A-Za-z0-9]{36}"),
    _token("PyPI token", r"pypi-AgE[A-Za-z0-9_-]{50,500}"),
    _token("Hugging Face token", r"hf_[A-Za-z0-9]{30,64}"),
    _token("SendGrid key", r"SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40,48}"),
    _token("JSON Web Token", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}"),
)

PRIVATE_KEY_HEADER = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/=]{40,}|(?:Proc-Type|DEK-Info|Version|Comment): \S+")

URL_PASSWORD = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://([^\s:/@'\"]{1,64}):([^\s:/@'\"]{6,128})@([\w.-]{1,253})"
)
LOCAL_HOSTS = frozenset(
    ("localhost", "127.0.0.1", "0.0.0.0", "db", "postgres", "mysql", "redis", "host", "example.com")
)

_SECRET_NAME = (
    r"(?:password|passwd|passphrase|pwd|secret(?:[_-]?key)?|token|api[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?)"
)
_ASSIGNED = r"[\"']?(?:\s{0,4}:\s{0,4}[\w\[\]|., ]{1,40}?)?\s{0,40}(?::=|=>|={1,3}|:)\s{0,40}"
QUOTED_ASSIGNMENT = re.compile(rf"(?i){_SECRET_NAME}{_ASSIGNED}[rbuf]?([\"'`])([^\"'`\s]{{6,500}})\1")
BARE_ASSIGNMENT = re.compile(
    rf"(?i)^\s*(?:-\s+)?(?:export\s+|ENV\s+|ARG\s+)?[\w.-]{{0,80}}{_SECRET_NAME}\s{{0,40}}[=:]\s{{0,40}}"
    r"([^\s\"'`#]{6,500})\s*(?:#.*)?$"
)

PLACEHOLDER = re.compile(
    r"(?i)change[_-]?me|example|sample|dummy|placeholder|redacted|x{4,}|\*{3,}|\.{3,}|…|fake|your[_-]?|insert|replace"
    r"|(.)\1{5,}"
)
PLACEHOLDER_WORD = re.compile(
    r"(?i)pass(?:word|wd|phrase)|secret|token|test|demo|mock|default|todo|none|null|undefined|foobar|lorem|hello"
)
REFERENCE = re.compile(
    r"\$\{|\$\(|\{\{|^\$|%\(|%s|^<.*>$|\{\w*\}|\w\(|://|^/|^\./|^!|^@|^process\.env|^os\.environ"
)
IDENTIFIER = re.compile(r"(?i)^[a-z]+\d{0,2}(?:[-_.:/ ][a-z]+\d{0,2})+$")
ALGORITHM = re.compile(
    r"(?i)^(?:[a-z]+[-_])?(?:(?:sha|md|hs|rs|es|ps|base|oauth|utf|aes|ed|hmac|argon|bcrypt)[-_]?\d+\w{0,6}|v\d+)$"
)
PATTERN_TEXT = re.compile(r"\\[wdsSWDbB.]|\[[^\]]*-[^\]]*\]|\(\?")
"""A regular expression: the name says what it matches."""

KNOWN_EXAMPLE = re.compile(r"eyJzdWIiOiIxMjM0NTY3ODkw")
"""The payload of the token that the JWT documentation shows everywhere."""


def find_secrets(line: str, *, bare_values: bool) -> tuple[SecretSpan, ...]:
    """The secrets of a line in order, not overlapping.

    `bare_values` also reads `NAME=value` without quotes, as settings files write it and code does not.
    """
    if not HINT.search(line):
        return ()
    spans: list[SecretSpan] = []
    for span in sorted(_candidates(line, bare_values), key=lambda one: (one.start, -one.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return tuple(spans)


def mask_secrets(line: str) -> str:
    """The line with every secret shown as its first characters and a mask of fixed length."""
    masked = line
    for span in reversed(find_secrets(line, bare_values=True)):
        masked = masked[: span.start] + masked_value(line[span.start : span.end]) + masked[span.end :]
    header = PRIVATE_KEY_HEADER.search(masked)
    if header and masked[header.end() :].strip():
        masked = masked[: header.end()] + MASK
    return masked


def masked_value(secret: str) -> str:
    """The first four characters (one of a short secret) and a mask that does not tell the length."""
    return secret[: SHOWN_CHARACTERS if len(secret) >= SHORT_SECRET else 1] + MASK


def opens_private_key(line: str, next_line: str) -> bool:
    """Whether a private key's body follows the header: code that only names the header holds no key."""
    header = PRIVATE_KEY_HEADER.search(line)
    if header is None:
        return False
    rest = line[header.end() :].replace("\\n", "\n").replace("\\r", "")
    return bool(KEY_MATERIAL.search(rest) or KEY_MATERIAL.match(next_line.strip().strip("\"'+ ")))


def _candidates(line: str, bare_values: bool) -> Iterator[SecretSpan]:
    for form in TOKEN_FORMATS:
        for match in form.pattern.finditer(line):
            if not _is_sample_token(match.group()):
                yield SecretSpan(match.start(), match.end(), form.what, "format")
    for match in URL_PASSWORD.finditer(line):
        user, password, host = match.groups()
        if host.lower() not in LOCAL_HOSTS and password != user and looks_real(password):
            yield SecretSpan(match.start(2), match.end(2), "password in a URL", "assignment")
    for match in QUOTED_ASSIGNMENT.finditer(line):
        if looks_real(match.group(2)):
            yield SecretSpan(match.start(2), match.end(2), "value assigned to a secret's name", "assignment")
    bare = BARE_ASSIGNMENT.match(line) if bare_values else None
    if bare and looks_real(bare.group(1)):
        yield SecretSpan(bare.start(1), bare.end(1), "value assigned to a secret's name", "assignment")


def _is_sample_token(token: str) -> bool:
    return bool(PLACEHOLDER.search(token) or KNOWN_EXAMPLE.search(token)) or entropy(token) < 3.0


def looks_real(value: str) -> bool:
    """Whether an assigned value reads like a secret and not like a word, a placeholder or a reference."""
    if PLACEHOLDER.search(value) or PLACEHOLDER_WORD.search(value) or REFERENCE.search(value):
        return False
    if IDENTIFIER.match(value) or ALGORITHM.match(value) or PATTERN_TEXT.search(value):
        return False
    has_letter = any(character.isalpha() for character in value)
    has_digit = any(character.isdigit() for character in value)
    return has_letter and has_digit and entropy(value) >= 2.5


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    length = len(text)
    return -sum(count / length * math.log2(count / length) for count in Counter(text).values())
