import pytest

from mogplex_cli.store.ui_events import ConnectionChanged

from . import scenes


def shown(app, selector: str) -> str:
    """The text of a widget's rows as they are on the screen."""
    region = app.screen.query_one(selector).region
    rows = [strip.text for strip in app.screen._compositor.render_strips()]
    return "\n".join(rows[region.y : region.bottom])


@pytest.mark.anyio
async def test_an_alert_that_comes_back_is_shown_again(cockpit):
    it = cockpit(scenes.work)
    down = ConnectionChanged("process", "offline", "the host is gone")
    async with it.app.run_test(size=(140, 40)) as pilot:
        for _ in range(3):
            it.store.apply([down])
            await pilot.pause()
            await pilot.pause()
            assert "the host is gone" in shown(it.app, "Alerts")
            it.store.apply([ConnectionChanged("process", "nominal")])
            await pilot.pause()
            await pilot.pause()
            assert it.app.screen.query_one("Alerts").size.height == 0
