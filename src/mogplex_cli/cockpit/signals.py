"""Signals from outside: a request to end is a clean exit, an interrupt is what Ctrl+C is, a stop is survived."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType


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


def survive_stops(leave_terminal: Callable[[], None], redraw: Callable[[], None]) -> Callable[[], None]:
    """Come back whole from a SIGSTOP. Returns how to stop that; does nothing where Textual has no handlers.

    Textual takes the terminal again on every SIGCONT, but gives it back before a SIGTSTP only. After a stop that
    gave no notice it would take it twice, remember the raw mode as the normal one, and never end its first reader.
    """
    suspend, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(suspend) or not callable(resume):
        return lambda: None
    announced = False

    def on_suspend(number: int, frame: FrameType | None) -> None:
        nonlocal announced
        announced = True
        suspend(number, frame)

    def on_resume(number: int, frame: FrameType | None) -> None:
        nonlocal announced
        if not announced:
            leave_terminal()
        announced = False
        resume(number, frame)
        redraw()

    signal.signal(signal.SIGTSTP, on_suspend)
    signal.signal(signal.SIGCONT, on_resume)

    def stop() -> None:
        signal.signal(signal.SIGTSTP, suspend)
        signal.signal(signal.SIGCONT, resume)

    return stop
