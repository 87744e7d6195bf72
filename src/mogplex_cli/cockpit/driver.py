"""Textual's driver of a terminal, with a reading of its own of what the terminal sends."""

import os
import selectors

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from mogplex_cli.cockpit.typed_bytes import TypedBytes

READ_BYTES = 16 * 1024
TICK_SECONDS = 0.1
"""How often a sequence that was begun and not ended is given up."""


class CockpitDriver(LinuxDriver):
    """Differs from Textual's in one thing: bytes become text by `TypedBytes`."""

    def run_input_thread(self) -> None:
        """Read until the driver ends."""
        parser = XTermParser(self._debug)
        typed = TypedBytes()

        def read(ready: bool, *, final: bool = False) -> None:
            data = os.read(self.fileno, READ_BYTES) if ready else b""
            text = typed.read(data, final=final)
            # An empty text would be the end of everything to the parser.
            for message in parser.feed(text) if text else ():
                self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            try:
                while not self.exit_event.is_set():
                    read(bool(selector.select(TICK_SECONDS)))
                read(bool(selector.select(TICK_SECONDS)), final=True)
            finally:
                try:
                    for _ in parser.feed(""):
                        pass
                except (EOFError, ParseError):
                    pass
