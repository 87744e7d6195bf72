"""JSON with comments and trailing commas, as people write it, as plain JSON. Pure."""

import re

TOKEN = re.compile(
    r"""
    (?P<string>"(?:\\.|[^"\\])*")
    | (?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    | (?P<comma>,)(?=(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*[\]}])
    """,
    re.VERBOSE | re.DOTALL,
)


def without_comments(text: str) -> str:
    """The same without comments and without commas before a closing bracket; strings stay as they are."""
    return TOKEN.sub(lambda match: match["string"] or " ", text.removeprefix("\ufeff"))
