"""The table of keys with a person's own keys from `[keys]` in it, and a line for every one that cannot be. Pure.

Two things never change: ctrl+c interrupts and leaves, and whatever esc leads out of, it still leads out of.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from mogplex_cli.cockpit.keymap import CONTEXTS, KEYS, LABELS, UNBOUND, Context, Key, label, together

Wanted = str | Sequence[str]
"""Keys as people write them: `ctrl+o`, `up, k`, or a list; nothing to take the key away."""

MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
NAMED = frozenset(
    (
        *("enter", "escape", "tab", "space", "backspace", "delete", "insert"),
        *("home", "end", "pageup", "pagedown", "up", "down", "left", "right"),
        *(f"f{number}" for number in range(1, 25)),
    )
)
SPELLINGS = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "del": "delete",
    "ins": "insert",
    "control": "ctrl",
    "option": "alt",
    **{shown: key for key, shown in LABELS.items()},
}
SENT_AS = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
"""Keys that terminals send as another one."""
CHARACTER_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where Textual calls a character otherwise than Unicode does."""
TYPED: frozenset[Context] = frozenset(("everywhere", "composer", "palette", "keys", "find"))
"""Where letters are typed, and so can lead to nothing."""
HABIT = frozenset(("enter", "space", "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown"))
"""Keys that are pressed without thinking: none of them may come to decide anything."""
LEAVES = "ctrl+c"


@dataclass(frozen=True, slots=True)
class Rebound:
    """The keys in force."""

    rows: tuple[Key, ...] = (*KEYS, *UNBOUND)
    problems: tuple[str, ...] = ()
    """What of `[keys]` is not in force and why, a line each."""


class Refused(ValueError):
    """A wish that is not granted; the message says why."""


def rebind(wanted: Mapping[str, Wanted | Mapping[str, Wanted]], source: str) -> Rebound:
    """The table with these wishes in it. `source` names the file they come from."""
    if not wanted:
        return Rebound()
    rows = {key.name: key for key in (*KEYS, *UNBOUND)}
    before = dict(rows)
    problems: list[str] = []
    chosen: dict[str, str] = {}
    """What the person called each row that changed, in the order of the file."""
    for name, keys in _flat(wanted):
        try:
            parsed = tuple(read_key(each) for each in _each(keys))
            row = _find(name, parsed)
            rows[row.name] = _changed(row, parsed)
            chosen[row.name] = name
        except Refused as refused:
            problems.append(f"{source}: keys.{name}: {refused}")
    while clash := _clash(tuple(rows.values()), chosen):
        loser, key, other = clash
        kept = ", ".join(map(label, before[loser.name].each)) or "no key"
        problems.append(
            f"{source}: keys.{chosen.pop(loser.name)}: {label(key)} is {_called(other)} already"
            f" · it keeps {kept}; give one of the two another key"
        )
        rows[loser.name] = before[loser.name]
    return Rebound(tuple(rows.values()), tuple(problems))


def read_key(text: str) -> str:
    """The key as Textual calls it; raises Refused for what is no key."""
    *modifiers, last = _parts(text.strip())
    modifiers = [SPELLINGS.get(each.lower(), each.lower()) for each in modifiers]
    if strange := [each for each in modifiers if each not in MODIFIERS]:
        raise Refused(f"{strange[0]!r} is no modifier; there are {', '.join(MODIFIERS)}")
    key = last if len(last) == 1 and last not in SPELLINGS else SPELLINGS.get(last.lower(), last.lower())
    if len(key) == 1:
        key = _character(key.lower() if modifiers else key)
    elif key not in NAMED and key not in LABELS:
        near = get_close_matches(key, sorted(NAMED), n=1)
        raise Refused(
            f"{text!r} is no key" + (f"; did you mean {near[0]}?" if near else "; as in ctrl+o, f7, k")
        )
    full = "+".join((*(each for each in MODIFIERS if each in modifiers), key))
    if full in SENT_AS:
        raise Refused(f"terminals send {SENT_AS[full]} for {label(full)}; choose another key")
    if full == LEAVES:
        raise Refused("ctrl+c always interrupts, and twice leaves; choose another key")
    return full


def is_typed(key: str) -> bool:
    """Whether the key is a character that one types."""
    return "+" not in key and (key == "space" or key not in NAMED)


def _find(name: str, keys: tuple[str, ...]) -> Key:
    """The row a name means; raises Refused."""
    rows = (*KEYS, *UNBOUND)
    context, dot, tail = name.partition(".")
    exact = next((row for row in rows if row.name == name), None)
    if exact is not None:
        return exact
    if dot:
        if context not in CONTEXTS:
            raise Refused(_no(context, CONTEXTS, "context"))
        raise Refused(_no(tail, [row.tail for row in rows if row.context == context], f"key of {context}"))
    meant = [row for row in rows if row.tail == name]
    if bound := [row for row in meant if row.context in ("everywhere", "outside") and row.keys]:
        return bound[0]
    if free := [row for row in meant if not row.keys]:
        # A letter for it must stay a letter where one types.
        where = "outside" if any(map(is_typed, keys)) else "everywhere"
        return next(row for row in free if row.context == where)
    if len(meant) > 1:
        raise Refused(f"is in several contexts; write one of {', '.join(row.name for row in meant)}")
    if not meant:
        raise Refused(_no(name, [row.tail for row in rows], "action"))
    return meant[0]


def _changed(row: Key, keys: tuple[str, ...]) -> Key:
    """The row with other keys; raises Refused."""
    if LEAVES in row.each:
        raise Refused("ctrl+c always interrupts, and twice leaves: it cannot be given to another key")
    if row.context in TYPED and (letter := next(filter(is_typed, keys), "")):
        raise Refused(
            f"{label(letter)} is typed there; take a key with ctrl or alt, or f1 to f12"
            + (f", or write outside.{row.tail}" if row.context == "everywhere" else "")
        )
    deciding = row.context == "approval" or row.does in (".approve_patch", ".reject_patch")
    if deciding and is_typed(row.each[0] if row.each else ""):
        if not keys:
            raise Refused("deciding needs a key; name one")
        if habit := next((key for key in keys if key in HABIT), ""):
            raise Refused(f"{label(habit)} is pressed by habit; deciding takes a key of its own")
    if "escape" in row.each and "escape" not in keys:
        keys = (*keys, "escape")
    return replace(row, keys=",".join(dict.fromkeys(keys)), shown="")


def _clash(table: Sequence[Key], chosen: Mapping[str, str]) -> tuple[Key, str, Key] | None:
    """The later wish of two rows that share a key somewhere, the key, and the other row; None when none do."""
    order = list(chosen)
    for context in CONTEXTS:
        taken: dict[str, Key] = {}
        for row in table:
            if row.context not in together(context):
                continue
            for key in row.each:
                other = taken.setdefault(key, row)
                if other is row:
                    continue
                loser = max(
                    (row, other), key=lambda each: order.index(each.name) if each.name in order else -1
                )
                return loser, key, other if loser is row else row
    return None


def _called(row: Key) -> str:
    return f"{row.tail} {row.context}" if row.context in ("everywhere", "outside") else row.name


def _flat(wanted: Mapping[str, Wanted | Mapping[str, Wanted]]) -> Iterator[tuple[str, Wanted]]:
    """Names and keys, whether a context is part of the name or a table of its own."""
    for name, keys in wanted.items():
        if isinstance(keys, Mapping):
            yield from ((f"{name}.{tail}", each) for tail, each in keys.items())
        else:
            yield name, keys


def _each(keys: Wanted) -> list[str]:
    """The keys of a wish one by one. A comma parts them, except one that is the key itself."""
    if isinstance(keys, str):
        keys = (keys,) if keys.strip() == "," else keys.split(",")
    return [each for each in keys if each.strip()]


def _parts(text: str) -> list[str]:
    """A key at its pluses; one that ends with a plus means that key."""
    return [*filter(None, text[:-1].split("+")), "+"] if text.endswith("+") else text.split("+")


def _character(character: str) -> str:
    """What Textual calls the key of a character."""
    if character.isalnum():
        return character
    try:
        name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    except ValueError:
        raise Refused(f"{character!r} is no key") from None
    return CHARACTER_NAMES.get(name, name)


def _no(word: str, known: Sequence[str], what: str) -> str:
    near = get_close_matches(word, known, n=1)
    return (
        f"is no {what}; did you mean {near[0]}?" if near else f"is no {what}; ? in the cockpit lists them all"
    )
