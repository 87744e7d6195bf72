"""The time of the event loop, which a test lets pass when all is there that is to be stopped."""

import asyncio


def let_an_hour_pass() -> None:
    """Now, for the event loop that runs: whatever waits for less is over in its next turn."""
    loop = asyncio.get_running_loop()
    now = loop.time
    loop.time = lambda: now() + 3600
