"""Opens a page in the person's browser, if there is one, without a character on the terminal."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath

import anyio
import anyio.to_thread

OPENERS = ("xdg-open", "open") if sys.platform != "darwin" else ("open",)
TEXT_BROWSERS = frozenset(("lynx", "links", "links2", "elinks", "w3m", "www-browser"))
"""These would take the terminal; nobody could agree to anything in them either."""
STARTING_SECONDS = 10.0
"""Whoever opens a page and still works by then is the browser itself."""


def browser_commands(environ: Mapping[str, str], url: str) -> list[Sequence[str]]:
    """What could open `url`, the best first: BROWSER as people set it, then the desktop's own opener.

    None over SSH unless BROWSER says so: a page that opens on the other machine helps nobody.
    """
    commands: list[Sequence[str]] = []
    for each in environ.get("BROWSER", "").split(os.pathsep):
        try:
            words = shlex.split(each)
        except ValueError:
            continue
        if words and PurePath(words[0]).name not in TEXT_BROWSERS:
            named = [word.replace("%s", url) for word in words]
            commands.append(named if named != words else [*words, url])
    on_a_desktop = sys.platform == "darwin" or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if on_a_desktop and not (environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")):
        commands.extend([name, url] for name in OPENERS)
    return [words for words in commands if shutil.which(words[0])]


async def open_browser(url: str, environ: Mapping[str, str]) -> bool:
    """Whether some program took the page. Never raises; what is started outlives this program."""
    for command in browser_commands(environ, url):
        if await anyio.to_thread.run_sync(_took, command, abandon_on_cancel=True):
            return True
    return False


def _took(command: Sequence[str]) -> bool:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        return process.wait(STARTING_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return True
