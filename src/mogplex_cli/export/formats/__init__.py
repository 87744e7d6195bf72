"""The formats, by name. To add one: a file beside these, a row here, and one in `request.py`."""

from mogplex_cli.export.formats.base import Writer
from mogplex_cli.export.formats.json_object import JsonObject
from mogplex_cli.export.formats.jsonl import JsonLines
from mogplex_cli.export.formats.markdown import Markdown
from mogplex_cli.export.request import FormatName

WRITERS: dict[FormatName, tuple[type[Writer], str]] = {
    "json": (JsonObject, "json"),
    "jsonl": (JsonLines, "jsonl"),
    "markdown": (Markdown, "md"),
}
"""Who writes each format, and how its files end."""
