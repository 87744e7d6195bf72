"""Permission rules: layers of allow, ask and deny, and which of them decides an action.

Within one pattern the most permissive layer wins. Among the patterns that match an action the most specific
one decides (the longest plain text), a tie goes to the more permissive. Every part of an action must be
allowed by itself. Mode `auto` allows everything. While a permission file can not be read no rule allows
anything, because that file may hold the rule that forbids it.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from mogplex_contracts.base import Strict
from mogplex_contracts.patterns import (
    PATH_KINDS,
    Pattern,
    covers,
    matches,
    may_match,
    parse_pattern,
    show,
    split_descriptor,
)
from mogplex_contracts.vocabulary import Level, PermissionMode, RuleSource

if TYPE_CHECKING:
    from mogplex_contracts.shell import ShellLine, SimpleCommand

LENIENCY: Mapping[Level, int] = {"deny": 0, "ask": 1, "allow": 2}

DEFAULT_RULES: Mapping[PermissionMode, tuple[tuple[str, Level], ...]] = {
    "approval": (
        ("read:**", "allow"),
        ("read:/**", "ask"),
        ("write:**", "ask"),
        ("write:/**", "ask"),
        ("delete:**", "ask"),
        ("delete:/**", "ask"),
        ("bash:*", "ask"),
        ("memory:*", "ask"),
        ("mcp:*", "ask"),
        ("model:*", "ask"),
    ),
    "auto": (
        ("read:**", "allow"),
        ("read:/**", "allow"),
        ("write:**", "allow"),
        ("write:/**", "allow"),
        ("delete:**", "allow"),
        ("delete:/**", "allow"),
        ("bash:*", "allow"),
        ("memory:*", "allow"),
        ("mcp:*", "allow"),
        ("model:*", "allow"),
    ),
}
"""What holds where no file says anything. A path with a leading slash is outside the workspace."""


def _checked(text: str) -> str:
    parse_pattern(text)
    return text


def _plain_number(value: object) -> object:
    # To Python true and 1.0 are 1; in a file they are mistakes.
    return value if type(value) is int else None


PatternText = Annotated[str, AfterValidator(_checked)]


class RuleLists(Strict):
    """The three lists of a permission file; a missing one is empty."""

    allow: tuple[PatternText, ...] = ()
    """Patterns of what runs unasked."""
    deny: tuple[PatternText, ...] = ()
    """Patterns of what never runs."""
    ask: tuple[PatternText, ...] = ()
    """Patterns of what a person decides."""


class PermissionFile(Strict):
    """`permissions.json`, global or of one project. An unknown field or a bad pattern is an error."""

    version: Annotated[Literal[1], BeforeValidator(_plain_number)]
    """Always 1."""
    mode: PermissionMode | None = None
    """None: the mode of the outer layer, and in the end `approval`."""
    rules: RuleLists = RuleLists.blank()
    """What the file says of single patterns."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern at one level, and where it comes from. Raises BadPattern."""

    pattern: str
    level: Level
    source: RuleSource
    origin: str
    """The path of its file; `default` for a built-in rule, `this run` for a remembered one."""

    def __post_init__(self) -> None:
        # A rule that means nothing must not exist: leaving out a `deny` later would widen.
        parse_pattern(self.pattern)

    @property
    def place(self) -> str:
        """`global · /path/permissions.json`, for a person."""
        return self.source if self.source == "default" else f"{self.source} · {show(self.origin)}"


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file says: its mode and its rules."""

    origin: str = ""
    mode: PermissionMode | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class PermissionLayers:
    """Everything that decides, from the outside in. Immutable: a changed file makes new layers."""

    global_layer: Layer = Layer()
    project_layer: Layer = Layer()
    run_rules: tuple[Rule, ...] = ()
    """Remembered by a person for this run only."""
    session_mode: PermissionMode | None = None
    """The mode a person chose in this session; it goes before every file."""
    broken: tuple[str, ...] = ()
    """Paths of the permission files that could not be read."""

    @property
    def mode(self) -> PermissionMode:
        """The mode that holds. A mode `auto` of a file does not count while a file is broken."""
        if self.session_mode is not None:
            return self.session_mode
        mode = self.project_layer.mode or self.global_layer.mode or "approval"
        return "approval" if self.broken else mode

    @property
    def mode_origin(self) -> str:
        """Where the mode comes from: `this session`, the path of a file, or `default`."""
        if self.session_mode is not None:
            return "this session"
        for layer in (self.project_layer, self.global_layer):
            if layer.mode is not None:
                return layer.origin if layer.mode == self.mode else "default"
        return "default"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules: the built-in ones of the mode, global, project, this run."""
        built_in = (Rule(text, level, "default", "default") for text, level in DEFAULT_RULES[self.mode])
        return (*built_in, *self.global_layer.rules, *self.project_layer.rules, *self.run_rules)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the rules say of one action, and why."""

    level: Level
    rule: Rule | None
    """The rule that decided; None when something else did, told in `reason`."""
    beaten: tuple[Rule, ...]
    """Rules that matched as well and had no say."""
    reason: str
    """Why the rule alone does not explain the level; empty when it does."""
    subject: str
    """The part of the action it was decided for, such as one command of a line."""

    def explain(self) -> str:
        """One line for a person: `bash:rm -rf * is deny · global · /path/permissions.json`."""
        if self.rule is None:
            return f"{self.level}: {show(self.reason)}"
        place = f"{self.rule.source} (approval mode)" if self.rule.source == "default" else self.rule.place
        text = f"{show(self.rule.pattern)} is {self.rule.level} · {place}"
        others = [rule for rule in self.beaten if rule.source != "default" and rule.level != self.rule.level]
        if others:
            named = ", ".join(f"{show(rule.pattern)} ({rule.level} · {rule.place})" for rule in others)
            text += f" · beats {named}"
        return f"{text} · {show(self.reason)}" if self.reason else text


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One pattern as `/permissions` lists it."""

    pattern: str
    level: Level
    """What holds for the pattern after layering; for what an action gets in the end see `note`."""
    source: RuleSource
    origin: str
    beaten: tuple[Rule, ...]
    """The same pattern in other layers, or again in the same one, that had no say."""
    note: str
    """Why the level has no effect now; empty when it has."""


@dataclass(frozen=True, slots=True)
class DeadRule:
    """A `deny` that can have no effect."""

    rule: Rule
    beaten_by: Rule | None
    """None when the mode beats it."""
    reason: str
    """One line for a person: which rule, which file, what beats it."""


def rules_of(file: PermissionFile, source: RuleSource, origin: str) -> tuple[Rule, ...]:
    """The rules of a permission file, in its order."""
    lists: tuple[tuple[Level, tuple[str, ...]], ...] = (
        ("allow", file.rules.allow),
        ("deny", file.rules.deny),
        ("ask", file.rules.ask),
    )
    return tuple(Rule(text, level, source, origin) for level, texts in lists for text in texts)


def path_descriptor(verb: Literal["read", "write", "delete"], path: str, workspace: str) -> str:
    """`write:src/a.py` inside the workspace, `write:/etc/hosts` outside it.

    `path` is absolute or relative to `workspace`, which is absolute. Only the text is looked at: resolve
    symlinks of both before.
    """
    root = _clean_path(workspace)
    whole = _clean_path(posixpath.join(root, path))
    if whole == root:
        return f"{verb}:."
    inside = whole.startswith(root.rstrip("/") + "/")
    return f"{verb}:{whole[len(root.rstrip('/')) + 1 :] if inside else whole}"


def resolve(layers: PermissionLayers, *descriptors: str) -> Resolution:
    """What the rules say of an action with these descriptors, such as every file of a patch. Never raises."""
    if not descriptors:
        return Resolution("ask", None, (), "nothing says what the action does", "")
    rules = _ready(layers)
    parts = [part for descriptor in descriptors for part in _parts(rules, descriptor)]
    decided = min(parts, key=lambda part: LENIENCY[part.level])
    if layers.mode == "auto":
        reason = f"auto mode allows everything · {layers.mode_origin}"
        strict = _strictest_named(parts)
        if strict is not None:
            reason += f" · {strict.pattern} ({strict.level} · {strict.place}) has no effect"
        return Resolution("allow", None, decided.beaten, reason, decided.subject)
    if layers.broken and decided.level == "allow":
        return Resolution("ask", None, decided.beaten, _broken_reason(layers), decided.subject)
    if layers.broken and decided.level == "ask" and _would_allow(layers, *descriptors):
        return replace(decided, reason=_broken_reason(layers))
    return decided


def _would_allow(layers: PermissionLayers, *descriptors: str) -> bool:
    """Whether it is asked only because a file is broken: then that is the reason a person has to know."""
    return resolve(replace(layers, broken=()), *descriptors).level == "allow"


def all_rules_explained(layers: PermissionLayers) -> tuple[RuleRow, ...]:
    """Every pattern once, sorted, with the level that holds, where it comes from and what it beats."""
    rows: list[RuleRow] = []
    dead = {dead.rule.pattern: dead.reason for dead in dead_denies(layers)}
    for pattern, group in groupby(sorted(layers.rules, key=lambda r: r.pattern), key=lambda r: r.pattern):
        first, *beaten = sorted(group, key=lambda rule: -LENIENCY[rule.level])
        note = ""
        if layers.mode == "auto" and first.level != "allow":
            note = f"no effect: auto mode allows everything · {layers.mode_origin}"
        elif layers.mode != "auto" and layers.broken and first.level == "allow":
            note = f"no effect: {_broken_reason(layers)}"
        elif first.level == "deny" and pattern in dead:
            note = f"no effect: {dead[pattern]}"
        rows.append(RuleRow(pattern, first.level, first.source, first.origin, tuple(beaten), note))
    return tuple(rows)


def dead_denies(layers: PermissionLayers) -> tuple[DeadRule, ...]:
    """The `deny` rules that can have no effect. One not named here may still be beaten for some actions."""
    found: list[DeadRule] = []
    rules = _ready(layers)
    for rule, pattern in rules:
        if rule.level != "deny":
            continue
        beaten = f"{show(rule.pattern)} (deny · {rule.place}) is beaten by"
        if layers.mode == "auto":
            found.append(DeadRule(rule, None, f"{beaten} auto mode · {layers.mode_origin}"))
            continue
        for other, wide in rules:
            if other.level == "deny" or wide.specificity < pattern.specificity:
                continue
            # A command has more than one text, so a wider pattern does not have to meet all of them.
            comparable = pattern.kind != "bash" or pattern.specificity == 0
            if other.pattern == rule.pattern or (comparable and covers(wide, pattern)):
                reason = f"{beaten} {show(other.pattern)} ({other.level} · {other.place})"
                found.append(DeadRule(rule, other, reason))
                break
    return tuple(found)


Ready = tuple[Rule, Pattern]
"""A rule with its pattern parsed."""


def _ready(layers: PermissionLayers) -> list[Ready]:
    """The rules that have a say: while a file is broken, no `allow` but the built-in ones."""
    return [
        (rule, parse_pattern(rule.pattern))
        for rule in layers.rules
        if not layers.broken or rule.level != "allow" or rule.source == "default"
    ]


def _parts(rules: Sequence[Ready], descriptor: str) -> list[Resolution]:
    kind, body = split_descriptor(descriptor)
    if kind is None:
        return [Resolution("ask", None, (), f"no rule can speak of {descriptor}", descriptor)]
    own = [ready for ready in rules if ready[1].kind == kind]
    if kind == "bash":
        from mogplex_contracts.shell import split

        return _shell_parts(own, body, split(body))
    if kind in PATH_KINDS:
        body = _clean_path(body)
        if body == ".." or body.startswith("../") or "\0" in body:
            return [Resolution("ask", None, (), f"{kind}:{body} does not say which file it is", descriptor)]
    return [_decide([ready for ready in own if matches(ready[1], body)], descriptor)]


def _shell_parts(rules: Sequence[Ready], body: str, line: "ShellLine") -> list[Resolution]:
    whole = body.strip()
    exact = [ready for ready in rules if ready[1].exact and matches(ready[1], whole)]
    parts: list[Resolution] = []
    seen: set[str] = set()
    for command in dict.fromkeys(line.commands):
        part, matched = _command_part(rules, command)
        parts.append(part)
        seen |= matched
    # A rule that matches the line but none of its commands was written for the line: `bash:curl * | sh`.
    strict = [ready for ready in rules if _is_strict(ready) and ready[0].pattern not in seen]
    if exact and max(exact, key=_rank)[0].level == "allow":
        kept = [part for part in parts if part.level == "deny"]
        return kept or [_decide(exact, f"bash:{whole}")]
    for rule, pattern in strict:
        if _wins(rules, rule) and matches(pattern, whole):
            parts.append(_decide([(rule, pattern)], f"bash:{whole}"))
    if line.problems:
        problems = ", ".join(dict.fromkeys(str(problem) for problem in line.problems))
        why = f"no pattern covers a line with {problems}"
        parts.append(Resolution("ask", None, (), why, f"bash:{whole}"))
    return parts


def _command_part(rules: Sequence[Ready], command: "SimpleCommand") -> tuple[Resolution, set[str]]:
    """The decision for one command, and the patterns that have had their say."""
    subject = f"bash:{command.text}"
    matched = [ready for ready in rules if matches(ready[1], command.text)]
    decided = _decide(matched, subject)
    seen = {rule.pattern for rule, _ in matched}
    rank = parse_pattern(decided.rule.pattern).specificity if decided.rule else -1
    strict = [ready for ready in rules if _is_strict(ready) and ready[0].pattern not in seen]
    for rule, pattern in strict:
        if not _wins(rules, rule):
            continue
        if any(matches(pattern, text) for text in command.other_texts):
            seen.add(rule.pattern)
            if LENIENCY[rule.level] < LENIENCY[decided.level]:
                decided = _decide([(rule, pattern)], subject)
        elif command.known or decided.level != "allow" or pattern.specificity <= rank:
            continue
        elif may_match(pattern, command.shape):
            why = f"{rule.pattern} ({rule.level} · {rule.place}) may match {command.text} when it runs"
            decided = Resolution("ask", None, decided.beaten, why, subject)
    return decided, seen


def _decide(matched: Sequence[Ready], subject: str) -> Resolution:
    """Decide among the rules that match."""
    if not matched:
        return Resolution("ask", None, (), f"no rule matches {subject}", subject)
    (rule, _), *others = sorted(matched, key=_rank, reverse=True)
    return Resolution(rule.level, rule, tuple(other for other, _ in others), "", subject)


def _rank(ready: Ready) -> tuple[int, int]:
    rule, pattern = ready
    return pattern.specificity, LENIENCY[rule.level]


def _is_strict(ready: Ready) -> bool:
    """Whether the rule holds something back and names more than "anything"."""
    rule, pattern = ready
    return rule.level != "allow" and pattern.specificity > 0


def _wins(rules: Sequence[Ready], rule: Rule) -> bool:
    """Whether no other layer has the same pattern at a more permissive level."""
    return all(o.pattern != rule.pattern or LENIENCY[o.level] <= LENIENCY[rule.level] for o, _ in rules)


def _strictest_named(parts: Sequence[Resolution]) -> Rule | None:
    """The `deny` or `ask` of a file that auto mode passes over, to name it."""
    rules = [rule for part in parts for rule in (part.rule, *part.beaten) if rule is not None]
    held = [rule for rule in rules if rule.level != "allow" and rule.source != "default"]
    return min(held, key=lambda rule: LENIENCY[rule.level], default=None)


def _broken_reason(layers: PermissionLayers) -> str:
    return f"nothing is allowed while {', '.join(map(show, layers.broken))} can not be read"


def _clean_path(path: str) -> str:
    """The path without `.`, `..` and double slashes."""
    clean = posixpath.normpath(path)
    return "/" + clean.lstrip("/") if clean.startswith("/") else clean
