"""A changed Python file as a tree, for the checks that read it so."""

import ast
import warnings

from mogplex_daemon.runhost.review.changed_file import ChangedFile


def parsed(file: ChangedFile) -> ast.Module | None:
    """The tree of the new version; None where it is not known or does not parse, which is another check's finding."""
    if file.language != "Python" or file.content is None or not file.added:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(file.content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def dotted(node: ast.expr) -> str:
    """`a.b.c` as it is written; empty for anything that is no plain name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            owner = dotted(value)
            return f"{owner}.{attribute}" if owner else ""
        case _:
            return ""


def has_keyword(node: ast.Call, name: str, value: bool) -> bool:
    """Whether a call is given `name=value`."""
    return any(
        keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is value
        for keyword in node.keywords
    )
