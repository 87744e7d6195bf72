"""What the cockpit does to the terminal beside drawing on it: clipboard, mouse, and the normal screen."""

import os
import sys
from collections.abc import Iterable
from typing import Any

import anyio
from textual.app import App

from mogplex_cli.cockpit.clipboard import to_clipboard
from mogplex_cli.cockpit.kit.painted import harmless

MOUSE_MODES = (1000, 1003, 1015, 1006)
"""What Textual asks of a terminal to hear of the mouse."""
BACK = "\n-- enter returns to the cockpit --"


class Outside:
    """The terminal of an app; where there is none, as in a test, nothing is written."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def write(self, characters: str) -> None:
        """Through the driver, so that nothing lands in the middle of what Textual writes."""
        driver = getattr(self._app, "_driver", None)
        if driver is not None:
            driver.write(characters)
            driver.flush()

    def give_mouse(self, to_cockpit: bool) -> None:
        """The mouse is the cockpit's, or the terminal's."""
        end = "h" if to_cockpit else "l"
        self.write("".join(f"\x1b[?{mode}{end}" for mode in MOUSE_MODES))

    async def copy(self, text: str) -> str | None:
        """To the clipboard; what to say about it, or None when that cannot be done."""
        return await to_clipboard(text, self.write, os.environ)

    async def print_and_wait(self, lines: Iterable[str]) -> bool:
        """Print on the normal screen and wait there for Enter; False when there is no such screen.

        Events go on to be reduced meanwhile; nothing is drawn.
        """
        driver = getattr(self._app, "_driver", None)
        if driver is None or not driver.can_suspend or self._app.is_headless:
            return False
        with self._app.batch_update(), self._app.suspend():
            for line in lines:
                sys.stdout.write(f"{harmless(line)}\n")
            sys.stdout.write(BACK)
            sys.stdout.flush()
            await _enter(sys.__stdin__.fileno() if sys.__stdin__ else 0)
            sys.stdout.write("\n")
        return True


async def _enter(descriptor: int) -> None:
    """Until a line was typed, or the terminal is gone."""
    while True:
        await anyio.wait_readable(descriptor)
        typed = os.read(descriptor, 1024)
        if not typed or b"\n" in typed:
            return
