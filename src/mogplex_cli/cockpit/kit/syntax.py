"""Colours of code, a line at a time. Loads its lexers when the first line is coloured.

A line is looked at alone, so the middle of a long string may pass for code: a colour may be wrong, never a character.
"""

from functools import lru_cache
from typing import Any, cast

from mogplex_cli.cockpit.kit.lines import Span, Token

LONGEST = 400
"""A longer line is not coloured: it was not written to be read."""

LOOKS: tuple[tuple[str, Token], ...] = (
    ("Comment", "syntax_comment"),
    ("Keyword", "syntax_keyword"),
    ("Operator.Word", "syntax_keyword"),
    ("Name.Tag", "syntax_keyword"),
    ("Literal.String", "syntax_string"),
    ("Literal.Number", "syntax_number"),
    ("Literal", "syntax_number"),
    ("Name.Function", "syntax_name"),
    ("Name.Class", "syntax_name"),
    ("Name.Decorator", "syntax_name"),
    ("Name.Attribute", "syntax_name"),
    ("Name.Builtin", "syntax_name"),
)
"""Which kinds of token look how; the first that fits. All others look like text."""


@lru_cache(maxsize=64)
def _lexer(name: str) -> Any:
    """The lexer for a file of that name; None when there is none."""
    from pygments import lexers
    from pygments.util import ClassNotFound

    try:
        return cast("Any", lexers).get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=4_096)
def coloured(text: str, name: str, plain: Token) -> tuple[Span, ...]:
    """`text`, a line of the file `name`, in pieces; `plain` is how everything else looks."""
    lexer = _lexer(name) if len(text) <= LONGEST else None
    if lexer is None:
        return ((text, plain),)
    spans: list[Span] = []
    for kind, piece in lexer.get_tokens(text):
        token = _look(str(kind).removeprefix("Token."), plain)
        if spans and spans[-1][1] == token:
            spans[-1] = (spans[-1][0] + piece, token)
        else:
            spans.append((piece, token))
    # A lexer that adds or leaves out anything is not to be trusted with this line.
    return tuple(spans) if "".join(piece for piece, _ in spans) == text else ((text, plain),)


@lru_cache(maxsize=512)
def _look(kind: str, plain: Token) -> Token:
    for name, token in LOOKS:
        if kind == name or kind.startswith(name + "."):
            return token
    return plain
