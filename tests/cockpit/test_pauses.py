import asyncio

import pytest
import textual._wait

pytestmark = pytest.mark.anyio
STEPS = 5_000


async def test_a_pause_lasts_until_nothing_is_left_to_do_also_when_others_have_the_processor(
    cockpit, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(textual._wait, "process_time", lambda: 0.0)
    left = STEPS

    def step() -> None:
        nonlocal left
        left -= 1
        if left:
            asyncio.get_running_loop().call_soon(step)

    it = cockpit()
    async with it.app.run_test() as pilot:
        step()
        await pilot.pause()
        assert left == 0
