"""What the terminal can show."""

import locale
import os
import shutil
import sys

from mogplex_cli.colour_depth import TRUE_COLOUR, has_many_colours, no_colour
from mogplex_cli.headless.doctor.finding import Finding, Surroundings

LEAST_COLUMNS, LEAST_ROWS = 80, 24


async def check_terminal(where: Surroundings) -> tuple[Finding, ...]:
    """One finding."""
    return (look(where, any(os.isatty(each) for each in (0, 1, 2)), locale.getpreferredencoding(False)),)


def look(where: Surroundings, attached: bool, encoding: str) -> Finding:
    """What the environment tells of the terminal. `attached`: whether a standard stream is one."""
    environ = where.environ
    name = environ.get("TERM", "")
    columns, rows = shutil.get_terminal_size((0, 0)) if attached else (0, 0)
    true_colour = environ.get("COLORTERM", "").strip().lower() in TRUE_COLOUR
    colours = "no colours" if no_colour(environ) else "true colour" if true_colour else "256 colours"
    if not no_colour(environ) and not has_many_colours(environ):
        colours = "16 colours"
    multiplexer = "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""
    facts: dict[str, object] = {
        "term": name,
        "colours": colours,
        "columns": columns,
        "rows": rows,
        "encoding": encoding,
        "multiplexer": multiplexer,
        "attached": attached,
        "platform": sys.platform,
    }
    told = " · ".join(
        part
        for part in (name or "TERM is not set", colours, f"{columns}x{rows}" if attached else "", multiplexer)
        if part
    )
    if not attached:
        return Finding("terminal", "degraded", f"{told} · none attached", "run this in a terminal", facts)
    if name in ("", "dumb"):
        fix = "set TERM, for example TERM=xterm-256color; mogplex --plain needs no screen"
        return Finding("terminal", "degraded", told, fix, facts)
    if encoding.lower().replace("-", "") != "utf8":
        return Finding("terminal", "degraded", f"{told} · {encoding}", "set LANG=C.UTF-8", facts)
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        return Finding("terminal", "degraded", told, f"make it {LEAST_COLUMNS}x{LEAST_ROWS} or larger", facts)
    if colours == "16 colours":
        fix = "a terminal with 256 colours shows more; COLORTERM=truecolor when yours has them"
        return Finding("terminal", "degraded", told, fix, facts)
    return Finding("terminal", "nominal", told, facts=facts)
