import pytest
from textual import events

from mogplex_cli.cockpit.composer.complete import (
    Mention,
    SlashHelp,
    argument_candidates,
    command_of,
    file_candidates,
    mention_at,
    slash_candidates,
)
from mogplex_cli.cockpit.composer.history import History
from mogplex_cli.cockpit.composer.pasted import Pasted
from mogplex_cli.custom_commands.command import Argument, CustomCommand, Problem
from mogplex_cli.custom_commands.registry import CommandRegistry
from mogplex_cli.store.ui_events import CommandsLoaded, HistoryLoaded

from . import scenes


async def settle(pilot):
    await pilot.pause()
    await pilot.pause()


async def write(pilot, text):
    await pilot.press(*("slash" if c == "/" else "space" if c == " " else c for c in text))


def test_only_one_slash_word_is_completed():
    commands = (SlashHelp("pause", "", ""), SlashHelp("permissions", "[approval|auto]", ""))
    assert [each.text for each in slash_candidates("/p", commands)] == ["/pause", "/permissions "]
    assert slash_candidates("/pause now", commands) == ()
    assert slash_candidates("p", commands) == ()


def test_a_part_of_a_name_finds_it_after_those_that_begin_so():
    commands = (SlashHelp("release:notes", "", ""), SlashHelp("notes", "", ""), SlashHelp("run", "", ""))
    assert [each.text for each in slash_candidates("/no", commands)] == ["/notes", "/release:notes"]


def test_arguments_are_completed_by_what_may_stand_there():
    mode = SlashHelp("permissions", "[approval|auto]", "")
    named = SlashHelp("notes", "<tag> [--audience=…]", "", choices=(("--audience=", "for whom"),))
    assert [each.text for each in argument_candidates("/permissions a", mode)] == ["approval", "auto"]
    assert [each.text for each in argument_candidates("/permissions auto", mode)] == []
    (only,) = argument_candidates("/notes v1 --", named)
    assert (only.text, only.start, only.help) == ("--audience=", 10, "for whom")
    assert command_of("/notes ", (mode, named)) == named
    assert command_of("/notes", (mode, named)) is None and command_of("no /notes ", (mode, named)) is None


@pytest.mark.parametrize(
    ("before", "query"),
    [("@", ""), ("see @src/a", "src/a"), ("(@x", "x"), ('@"two wo', "two wo"), ("a@b", None), ("@a b", None)],
)
def test_a_file_is_named_by_an_at_that_begins_a_word(before, query):
    mention = mention_at(before)
    assert (mention.query if mention else None) == query


def test_a_file_with_white_space_is_named_in_quotes():
    texts = [each.text for each in file_candidates(Mention("", 4), ("a.py", "my notes.md"))]
    assert texts == ["@a.py ", '@"my notes.md" ']


def test_history_gives_the_draft_back():
    history = History()
    history.set_lines(("one", "two"))
    assert [history.older("dra"), history.older(""), history.older("")] == ["two", "one", None]
    assert [history.newer(), history.newer(), history.newer()] == ["two", "dra", None]


def test_an_older_line_that_was_asked_for_before_it_was_read_comes_with_the_others():
    history = History()
    history.set_lines((), whole=False)
    assert [history.older("dra"), history.older("dra"), history.caught_up("dra")] == [None, None, None]
    history.set_lines(("one", "two"))
    assert [history.caught_up("dra"), history.caught_up("one")] == ["one", None]
    assert [history.newer(), history.newer()] == ["two", "dra"]


def test_a_line_that_was_asked_for_too_early_never_replaces_what_was_typed_since():
    history = History()
    history.set_lines((), whole=False)
    assert history.older("") is None
    history.set_lines(("one",))
    assert history.caught_up("typed") is None
    assert history.older("typed") == "one"


def test_lines_of_earlier_sessions_leave_the_cursor_where_it_is():
    history = History()
    history.set_lines(("mine",), whole=False)
    assert history.older("dra") == "mine"
    history.set_lines(("one", "mine"))
    assert history.caught_up("mine") is None
    assert [history.older("mine"), history.newer(), history.newer()] == ["one", "mine", "dra"]


@pytest.mark.anyio
async def test_up_is_not_lost_while_the_history_is_being_read(cockpit):
    it = cockpit()
    async with it.app.run_test() as pilot:
        await pilot.press("up", "up")
        await settle(pilot)
        assert it.typed == ""
        it.store.apply([HistoryLoaded(("one", "two"))])
        await settle(pilot)
        assert it.typed == "one"
        await pilot.press("down")
        await settle(pilot)
        assert it.typed == "two"


def test_long_texts_are_folded_and_come_back_whole():
    pasted = Pasted()
    long, other = "a\n" * 40, "b\n" * 40
    marks = [pasted.fold(text) for text in (long, other, long, "short")]
    assert marks == ["[pasted 41 lines]", "[pasted 41 lines #2]", "[pasted 41 lines]", "short"]
    assert pasted.unfold(f"{marks[1]}|{marks[0]}") == f"{other}|{long}"
    assert pasted.fold("x" * 6000) == "[pasted 6,000 characters]"
    assert pasted.fold(f"{marks[0]}\n" * 40).startswith("[pasted 41 lines #3")


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


def loaded(*commands, **more):
    return CommandsLoaded(CommandRegistry({each.name: each for each in commands}, **more))


PR = CustomCommand(
    "pr",
    "project",
    ".agents/commands/pr.md",
    "Review #$1 for ${who}.",
    description="Review one PR",
    arguments=(Argument("pr", required=True), Argument("who", "named", default="us")),
    model="m1",
    allowed_tools=("read_file",),
)
NOTES = CustomCommand("release:notes", "user", "~/c/release/notes.md", "Notes.", available_during_task=False)


@pytest.mark.anyio
async def test_a_custom_command_starts_a_run_with_its_prompt_model_and_tools(cockpit):
    it = cockpit()
    it.store.apply([loaded(PR)])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await write(pilot, "/pr 42 --who=ada")
        await pilot.press("enter")
        await settle(pilot)
        started = it.link.sent[0]
        assert (started.type, started.task) == ("run_start", "Review #42 for ada.")
        assert (started.model, started.allowed_tools) == ("m1", ("read_file",))


@pytest.mark.anyio
async def test_custom_commands_that_cannot_be_done_now_are_inline_errors(cockpit):
    it = cockpit(scenes.work)
    it.store.apply([loaded(PR, NOTES, aliases={"n": "release:notes"}, disabled=frozenset(("kill",)))])
    async with it.app.run_test(size=(140, 40)) as pilot:
        for line, said in (
            ("/pr", "/pr needs pr"),
            ("/pr 1", "/pr is for m1"),
            ("/n", "/release:notes waits for the run to end"),
            ("/release:note", "did you mean /release:notes?"),
            ("/kill", "/kill is disabled in config.toml"),
        ):
            await write(pilot, line)
            await pilot.press("enter")
            await settle(pilot)
            assert said in it.store.state.composer.error
            assert it.typed == line
            await pilot.press("ctrl+u")
        assert it.sent == []


@pytest.mark.anyio
async def test_picking_a_custom_command_runs_it_and_picking_a_problem_tells_it(cockpit):
    it = cockpit()
    it.store.apply([loaded(NOTES, problems=(Problem("a.md", "is shadowed by b.md"),))])
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f1")
        await settle(pilot)
        await write(pilot, "shadowed")
        await pilot.press("enter")
        await settle(pilot)
        assert "a.md: is shadowed by b.md" in it.store.state.notice.text
        await pilot.press("f1")
        await settle(pilot)
        await write(pilot, "release")
        await pilot.press("enter")
        await settle(pilot)
        assert [(sent.type, sent.task) for sent in it.link.sent] == [("run_start", "Notes.")]


@pytest.mark.anyio
async def test_tab_takes_a_file_and_goes_on_to_the_next(cockpit):
    it = cockpit()
    it.files = ("src/app.py", "src/apply.py", "tests/test_app.py")
    async with it.app.run_test(size=(140, 40)) as pilot:
        await write(pilot, "look at @ap")
        await settle(pilot)
        await pilot.press("tab")
        await settle(pilot)
        assert it.typed == "look at @src/app.py "
        await pilot.press("tab")
        await settle(pilot)
        assert it.typed == "look at @src/apply.py "
        await write(pilot, "now")
        await settle(pilot)
        assert it.typed == "look at @src/apply.py now"


@pytest.mark.anyio
async def test_a_paste_never_sends_and_a_long_one_is_a_mark_that_is_sent_whole(cockpit):
    it = cockpit()
    long = "".join(f"line {number}\n" for number in range(10_000))
    async with it.app.run_test(size=(140, 40)) as pilot:
        it.app.post_message(events.Paste("see:\r\n"))
        it.app.post_message(events.Paste(long))
        await settle(pilot)
        assert it.typed == "see:\n[pasted 10,001 lines]" and it.sent == []
        await pilot.press("enter")
        await settle(pilot)
        assert it.link.sent[0].task == f"see:\n{long}".strip() and it.typed == ""
        await pilot.press("up")
        await settle(pilot)
        assert it.typed == "[pasted 10,001 lines]"
        await pilot.press("backspace")
        await settle(pilot)
        assert it.typed == ""


@pytest.mark.anyio
async def test_the_editor_grows_to_a_limit(cockpit):
    it = cockpit()
    async with it.app.run_test(size=(80, 24)) as pilot:
        editor = it.app.screen.query_one("#editor")
        heights = []
        for _ in range(12):
            await pilot.press("x", "shift+enter")
            await settle(pilot)
            heights.append(editor.size.height)
        assert heights[0] == 2 and heights[-1] == heights[-2] == 6
