"""Text to the clipboard of whoever sits before the terminal, over SSH and inside tmux too."""

import base64
from collections.abc import Callable, Mapping

import anyio

from mogplex_daemon.home.child_process import run_child

LARGEST_BYTES = 74_994
"""The most that terminals take at once: 100,000 characters of base64 and what is around them."""
WITHOUT = frozenset(("linux", "dumb", "vt100", "vt220"))
"""Values of TERM that have no clipboard."""
TMUX_SECONDS = 2.0


async def to_clipboard(text: str, write: Callable[[str], None], environ: Mapping[str, str]) -> str | None:
    """Copy it; what to say about it, or None when it is too big or there is no clipboard.

    `write` puts characters on the terminal. tmux by default takes a clipboard from its own commands only and not
    from programs inside, so inside it is asked to pass the text on.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > LARGEST_BYTES or environ.get("TERM", "") in WITHOUT:
        return None
    if environ.get("TMUX") and await _by_tmux(data):
        return "to tmux and the clipboard"
    write(osc52(data))
    return "if the terminal allows it · Y writes a file"


def osc52(data: bytes) -> str:
    """The sequence that sets a terminal's clipboard."""
    return f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\a"


async def _by_tmux(data: bytes) -> bool:
    """Whether tmux took it."""
    try:
        with anyio.fail_after(TMUX_SECONDS):
            done = await run_child(("tmux", "load-buffer", "-w", "-"), input=data, keep_stdout=False)
    except (OSError, TimeoutError):
        done = None
    return done is not None and done.returncode == 0
