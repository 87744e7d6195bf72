"""Making a rule of a decision: which rules a request offers, and what each would have answered before.

Only these rules can be made, so that nobody allows more than the text they were shown. A rule is one pattern or
several: a line of two commands needs one for each, a patch one for each file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from mogplex_contracts.events.approval import ApprovalRequested
from mogplex_contracts.patterns import BadPattern, exact_pattern, literal, parse_pattern, split_descriptor
from mogplex_contracts.permissions import Layer, PermissionLayers, Rule, resolve
from mogplex_contracts.shell import SimpleCommand, split
from mogplex_contracts.shell_tables import HIDDEN_CODE, RUNS_ANYTHING, SHELLS, WRAPPERS
from mogplex_contracts.state.approval import ResolvedApproval
from mogplex_contracts.vocabulary import RuleSource

Breadth = Literal["exact", "prefix", "tool"]
"""exact: this and nothing else. prefix: the same command, folder or server. tool: everything of the kind."""
Scope = Literal["run", "project", "global"]
"""How far a rule reaches: this run, every run in this project, every run."""

PROGRAM = re.compile(r"[\w./+-]+")
SUBCOMMAND = re.compile(r"[a-z][a-z0-9:_-]*")


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule that could be made of a request."""

    breadth: Breadth
    patterns: tuple[str, ...]
    """All of them are allowed by it."""


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a rule would have answered among the requests that a person had to answer."""

    answered: tuple[ResolvedApproval, ...]
    """Oldest first."""
    asked: int
    """How many requests there were."""


def rule_scope(source: RuleSource) -> Scope:
    """The scope of a rule of this layer. A built-in rule was made by nobody: it counts as the run's."""
    return "run" if source in ("run", "default") else source


def offers(descriptors: Iterable[str]) -> tuple[Offer, ...]:
    """The rules a request with these descriptors offers, the narrowest first; each once, unusable ones left out."""
    wanted = tuple(dict.fromkeys(descriptors))
    made = (
        Offer("exact", _all(_exact(each) for each in wanted)),
        Offer("prefix", _all(_prefix(each) for each in wanted)),
        Offer("tool", _all(_tool(each) for each in wanted)),
    )
    found: list[Offer] = []
    for offer in made:
        if offer.patterns and all(set(offer.patterns) != set(other.patterns) for other in found):
            found.append(offer)
    return tuple(found)


def allowing(
    layers: PermissionLayers, patterns: Iterable[str], scope: Scope, origin: str = ""
) -> PermissionLayers:
    """The layers with these patterns allowed. `origin`: the file they stand in; for `run` there is none."""
    rules = tuple(Rule(text, "allow", scope, origin or "this run") for text in patterns)
    match scope:
        case "run":
            return replace(layers, run_rules=(*layers.run_rules, *rules))
        case "project":
            return replace(layers, project_layer=_with(layers.project_layer, rules))
        case "global":
            return replace(layers, global_layer=_with(layers.global_layer, rules))


def no_longer_allowing(layers: PermissionLayers, pattern: str, scope: Scope) -> PermissionLayers:
    """The layers without the rule that allows `pattern` in one of them."""

    def kept(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if (rule.pattern, rule.level) != (pattern, "allow"))

    match scope:
        case "run":
            return replace(layers, run_rules=kept(layers.run_rules))
        case "project":
            layer = layers.project_layer
            return replace(layers, project_layer=replace(layer, rules=kept(layer.rules)))
        case "global":
            layer = layers.global_layer
            return replace(layers, global_layer=replace(layer, rules=kept(layer.rules)))


def without_effect(layers: PermissionLayers, request: ApprovalRequested, patterns: Iterable[str]) -> str:
    """Why the rule would not even answer the request it is made of; empty when it would."""
    decided = resolve(allowing(layers, patterns, "run"), *request.descriptors)
    return "" if decided.level == "allow" else decided.explain()


def back_test(
    layers: PermissionLayers, patterns: Iterable[str], past: Iterable[ResolvedApproval]
) -> BackTest:
    """Which of the requests people had to answer the rule would have answered for them."""
    asked = [each for each in past if each.descriptors and not each.decision.startswith("auto_")]
    after = allowing(layers, patterns, "run")
    answered = tuple(each for each in asked if resolve(after, *each.descriptors).level == "allow")
    return BackTest(answered, len(asked))


def _with(layer: Layer, rules: tuple[Rule, ...]) -> Layer:
    return replace(layer, rules=(*layer.rules, *rules))


def _all(parts: Iterable[tuple[str, ...] | None]) -> tuple[str, ...]:
    """The patterns of every descriptor; none at all when one of them has none."""
    found: list[str] = []
    for part in parts:
        if part is None:
            return ()
        found.extend(part)
    return tuple(dict.fromkeys(found))


def _usable(*patterns: str) -> tuple[str, ...] | None:
    try:
        for pattern in patterns:
            parse_pattern(pattern)
    except BadPattern:
        return None
    return patterns


def _exact(descriptor: str) -> tuple[str, ...] | None:
    try:
        return (exact_pattern(descriptor.strip() if descriptor.startswith("bash:") else descriptor),)
    except BadPattern:
        return None


def _prefix(descriptor: str) -> tuple[str, ...] | None:
    kind, body = split_descriptor(descriptor)
    match kind:
        case "bash":
            return _command_prefixes(body)
        case "write" | "delete" | "read" | "memory" | "mcp":
            folder, slash, _ = body.rpartition("/")
            rest = "*" if kind in ("memory", "mcp") else "**"
            return _usable(f"{kind}:{literal(folder)}/{rest}") if slash and folder else None
        case _:
            return None


def _command_prefixes(line: str) -> tuple[str, ...] | None:
    """For every command of the line its first words, alone and with anything behind them."""
    taken_apart = split(line)
    if taken_apart.problems:
        return None
    found: list[str] = []
    for command in taken_apart.commands:
        words = _first_words(command)
        if words is None:
            return None
        found.extend((f"bash:{literal(words)}", f"bash:{literal(words)} *"))
    return _usable(*found)


def _first_words(command: SimpleCommand) -> str | None:
    """`pnpm test` of `pnpm test auth`, `cat` of `cat a.txt`; None when they say nothing about what is done."""
    program, *more = command.words or ("",)
    name = program.rpartition("/")[2].lower()
    plain = re.sub(r"[\d.]+$", "", name)
    hidden = any(each in (*SHELLS, *HIDDEN_CODE, *WRAPPERS, *RUNS_ANYTHING) for each in (name, plain))
    if hidden or not PROGRAM.fullmatch(program):
        return None
    return f"{program} {more[0]}" if more and SUBCOMMAND.fullmatch(more[0]) else program


def _tool(descriptor: str) -> tuple[str, ...] | None:
    kind, body = split_descriptor(descriptor)
    match kind:
        case None:
            return None
        case "write" | "delete" | "read":
            # Everything outside the workspace is never one rule.
            return None if body.startswith("/") else (f"{kind}:**",)
        case _:
            return (f"{kind}:*",)
