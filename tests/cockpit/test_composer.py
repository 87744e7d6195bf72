import pytest

from mogplex_cli.cockpit.composer.complete import SlashHelp, candidates, completed
from mogplex_cli.cockpit.composer.history import History

from . import scenes


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


async def write(pilot, text):
    await pilot.press(*("slash" if c == "/" else "space" if c == " " else c for c in text))


def test_only_one_slash_word_is_completed():
    commands = (SlashHelp("pause", "", ""), SlashHelp("permissions", "[approval|auto]", ""))
    assert [each.name for each in candidates("/p", commands)] == ["pause", "permissions"]
    assert candidates("/pause now", commands) == ()
    assert candidates("p", commands) == ()
    assert [completed(each) for each in commands] == ["/pause", "/permissions "]


def test_history_gives_the_draft_back():
    history = History()
    history.set_lines(("one", "two"))
    assert [history.older("dra"), history.older(""), history.older("")] == ["two", "one", None]
    assert [history.newer(), history.newer(), history.newer()] == ["two", "dra", None]


@pytest.mark.anyio
async def test_enter_starts_a_run_and_clears_the_line(cockpit):
    it = cockpit()
    async with it.app.run_test(size=(140, 40)) as pilot:
        await write(pilot, "/run fix it")
        await pilot.press("enter")
        await settle(pilot)
        started = it.link.sent[0]
        assert (started.type, started.task, started.cwd, it.typed) == (
            "run_start",
            "fix it",
            scenes.SESSION.cwd,
            "",
        )
        assert it.store.state.starting == started.run_id


@pytest.mark.anyio
async def test_words_start_a_run_when_none_is_active_and_speak_to_it_when_one_is(cockpit):
    idle, busy = cockpit(), cockpit(scenes.work)
    for it, expected in ((idle, "run_start"), (busy, "run_message")):
        async with it.app.run_test(size=(140, 40)) as pilot:
            await write(pilot, "keep it small")
            await pilot.press("enter")
            await settle(pilot)
            assert it.sent == [expected]


@pytest.mark.anyio
async def test_what_cannot_be_sent_is_said_and_stays(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        for line, said in (
            ("/rnu", "did you mean /run?"),
            ("/run", "needs a task"),
            ("/run again", scenes.RUN_ID),
        ):
            await write(pilot, line)
            await pilot.press("enter")
            await settle(pilot)
            assert said in it.store.state.composer.error
            assert it.typed == line
            await pilot.press("x")
            await settle(pilot)
            assert it.store.state.composer.error == ""
            await pilot.press("ctrl+u")
        assert it.sent == []


@pytest.mark.anyio
async def test_a_line_comes_back_when_the_link_is_broken(cockpit):
    it = cockpit(scenes.work)
    it.link.broken = "the run host is gone"
    async with it.app.run_test(size=(140, 40)) as pilot:
        await write(pilot, "hello")
        await pilot.press("enter")
        await settle(pilot)
        assert (it.typed, it.store.state.composer.error) == ("hello", "the run host is gone")


@pytest.mark.anyio
async def test_tab_completes_and_goes_on_to_the_next(cockpit):
    it = cockpit()
    async with it.app.run_test(size=(140, 40)) as pilot:
        await write(pilot, "/p")
        await pilot.press("tab")
        await settle(pilot)
        assert it.typed == "/pause"
        await pilot.press("tab")
        await settle(pilot)
        assert it.typed == "/permissions "


@pytest.mark.anyio
async def test_shift_enter_breaks_the_line_and_up_browses_from_the_first_one(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await write(pilot, "one")
        await pilot.press("enter")
        await settle(pilot)
        await write(pilot, "a")
        await pilot.press("shift+enter")
        await write(pilot, "b")
        await settle(pilot)
        assert it.typed == "a\nb"
        await pilot.press("up")
        await settle(pilot)
        assert it.typed == "a\nb"
        await pilot.press("up")
        await settle(pilot)
        assert it.typed == "one"
        await pilot.press("down")
        await settle(pilot)
        assert it.typed == "a\nb"
