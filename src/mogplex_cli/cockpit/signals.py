"""Signals from outside: a request to end is a clean exit, an interrupt is what Ctrl+C is."""

import asyncio
import signal
import threading
from collections.abc import Callable


def listen(interrupt: Callable[[], None], leave: Callable[[], None]) -> Callable[[], None]:
    """Call back from the running loop when a signal comes. Returns how to stop; does nothing off the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    loop = asyncio.get_running_loop()
    answers = {signal.SIGINT: interrupt, signal.SIGTERM: leave, signal.SIGHUP: leave}
    for number, answer in answers.items():
        loop.add_signal_handler(number, answer)

    def stop() -> None:
        for number in answers:
            loop.remove_signal_handler(number)

    return stop
