"""What a terminal shows, as an SVG picture."""

import io
from itertools import groupby

import pyte
from pyte.screens import Char
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

PAPER = TerminalTheme(
    (12, 12, 14),
    (232, 232, 236),
    [
        (0, 0, 0),
        (205, 49, 49),
        (13, 188, 121),
        (229, 229, 16),
        (36, 114, 200),
        (188, 63, 188),
        (17, 168, 205),
        (229, 229, 229),
    ],
)
"""The colours of a terminal that the cockpit does not choose itself."""


def draw(screen: pyte.Screen, title: str) -> str:
    """The SVG of a screen, cell by cell, under a title."""
    console = Console(
        width=screen.columns, record=True, file=io.StringIO(), color_system="truecolor", force_terminal=True
    )
    for row in range(screen.lines):
        cells = [screen.buffer[row][column] for column in range(screen.columns)]
        line = Text(end="\n", no_wrap=True)
        for style, same in groupby(cells, key=_style):
            line.append("".join(cell.data for cell in same), style)
        console.print(line, soft_wrap=True)
    return console.export_svg(title=title, theme=PAPER, unique_id="mogplex")


def _style(cell: Char) -> Style:
    return Style(
        color=_colour(cell.fg),
        bgcolor=_colour(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def _colour(name: str) -> Color | None:
    if name == "default":
        return None
    if len(name) == 6 and all(letter in "0123456789abcdef" for letter in name):
        return Color.parse(f"#{name}")
    return Color.parse({"brown": "yellow"}.get(name, name.replace("bright", "bright_")))
