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
    """Come back whole from a SIGTSTP or a SIGSTOP. Returns how to stop that; does nothing without Textual's handlers.

    Textual takes the terminal again on every SIGCONT, but gives it back before a SIGTSTP only. After a stop that
    gave no notice it would take it twice, remember the raw mode as the normal one, and never end its first reader.
    Its handlers also wait for the thread that writes, so they run between two callbacks of the loop: in the midst
    of one, that thread's queue may be locked by what the signal broke into.
    """
    suspend, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(suspend) or not callable(resume):
        return lambda: None
    loop = asyncio.get_running_loop()
    announced = False

    def give_back() -> None:
        nonlocal announced
        announced = True
        suspend(signal.SIGTSTP, None)

    def take_again() -> None:
        nonlocal announced
        if not announced:
            leave_terminal()
        announced = False
        resume(signal.SIGCONT, None)
        redraw()

    def on_suspend(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(give_back)

    def on_resume(number: int, frame: FrameType | None) -> None:
        if announced:
            take_again()  # it broke into `give_back`, where nothing may be drawn before the terminal is there
        else:
            loop.call_soon_threadsafe(take_again)

    signal.signal(signal.SIGTSTP, on_suspend)
    signal.signal(signal.SIGCONT, on_resume)

    def stop() -> None:
        signal.signal(signal.SIGTSTP, suspend)
        signal.signal(signal.SIGCONT, resume)

    return stop
