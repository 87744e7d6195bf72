import asyncio
import threading

import pytest
import textual._wait
from textual.events import Key

from . import scenes

pytestmark = pytest.mark.anyio
STEPS = 5_000


class Work:
    """So many turns of the event loop, each begun by the one before."""

    def __init__(self) -> None:
        self.left = 0

    def begin(self) -> None:
        self.left = STEPS
        self.step()

    def step(self) -> None:
        self.left -= 1
        if self.left:
            asyncio.get_running_loop().call_soon(self.step)


@pytest.fixture(autouse=True)
def others_have_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textual._wait, "process_time", lambda: 0.0)


async def test_a_pause_lasts_until_nothing_is_left_to_do_also_when_others_have_the_processor(cockpit):
    work = Work()
    it = cockpit()
    async with it.app.run_test() as pilot:
        work.begin()
        await pilot.pause()
        assert work.left == 0


async def test_a_key_is_pressed_when_nothing_is_left_to_do_of_the_one_before(
    cockpit, monkeypatch: pytest.MonkeyPatch
):
    work = Work()
    left: list[int] = []
    it = cockpit()
    async with it.app.run_test() as pilot:
        press = it.app._driver.send_message

        def send_message(message) -> None:
            press(message)
            if isinstance(message, Key):
                left.append(work.left)
                work.begin()

        monkeypatch.setattr(it.app._driver, "send_message", send_message)
        await pilot.press("a", "b", "c")
    assert left == [0, 0, 0]


async def test_a_key_is_done_with_when_what_it_began_in_a_thread_has_come_back(cockpit):
    go_on = threading.Event()

    def save(run_id: str, text: str) -> str:
        assert go_on.wait(60)
        return "/home/ada/copy.txt"

    it = cockpit(scenes.work, save_copy=save)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3", "up")
        asyncio.get_running_loop().call_later(0.2, go_on.set)
        await pilot.press("Y")
        assert "/home/ada/copy.txt" in it.store.state.notice.text
