"""The Diff drawer with all of the file around its hunks: `w`."""

import pytest

from mogplex_contracts.events.link import Snapshot
from mogplex_contracts.reduce.evolve import evolve

from . import scenes
from .test_diff import OLD, asks, open_diff
from .test_timeline_ways import settle


def rows(it):
    return [
        "".join(segment.text for segment in line).rstrip()
        for line in it.app.screen._compositor.render_strips()
    ]


def screen(it):
    return "\n".join(rows(it))


async def show(it, pilot, workspace):
    """The diff of a patch of notes.txt that waits, in a run that works in this folder."""
    run = it.store.state.run
    it.store.apply(
        [Snapshot(run_id=scenes.RUN_ID, at_seq=run.last_seq, state=evolve(run, cwd=str(workspace)))]
    )
    await open_diff(it, pilot)


async def press(it, pilot, *keys):
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


@pytest.mark.anyio
async def test_w_shows_the_lines_between_the_hunks_and_again_only_the_hunks(cockpit, tmp_path):
    (tmp_path / "notes.txt").write_text(OLD)
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 70)) as pilot:
        await show(it, pilot, tmp_path)
        assert "line 28" in screen(it) and "line 15" not in screen(it)
        await press(it, pilot, "w")
        assert it.store.state.whole_file.text == OLD
        assert "line 15" in screen(it) and "first" in screen(it) and "last" in screen(it)
        await press(it, pilot, "w")
        assert it.store.state.whole_file is None and "line 15" not in screen(it)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: file.write_text(OLD.replace("line 2\n", "another\n")), "it has changed since"),
        (lambda file: file.write_bytes(b"\xff\xfe\x00"), "it is not text"),
        (lambda file: None, "No such file"),
        (lambda file: file.symlink_to("/etc/passwd"), "it is not a file of the workspace"),
        (lambda file: file.mkdir(), "it is not a file of the workspace"),
        (lambda file: file.write_bytes(b"x" * (2 * 1024 * 1024 + 1)), "larger than 2 MB"),
    ],
)
async def test_a_file_that_cannot_stand_around_the_hunks_is_told_and_the_hunks_stay(
    cockpit, tmp_path, make, said
):
    make(tmp_path / "notes.txt")
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 60)) as pilot:
        await show(it, pilot, tmp_path)
        await press(it, pilot, "w")
        assert "the whole file cannot be shown" in screen(it) and said in screen(it)
        assert "first" in screen(it) and "root:" not in screen(it)


@pytest.mark.anyio
async def test_a_hunk_can_be_dropped_amid_the_whole_file(cockpit, tmp_path):
    (tmp_path / "notes.txt").write_text(OLD)
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 70)) as pilot:
        await show(it, pilot, tmp_path)
        await press(it, pilot, "w", "n", "n", "space")
        it.clock.pass_by(1)
        await press(it, pilot, "a")
        (choice,) = it.link.sent[0].choices
        assert choice.kept_hunks == (1,)


@pytest.mark.anyio
async def test_a_comment_on_a_line_outside_of_the_hunks_names_that_line(cockpit, tmp_path):
    (tmp_path / "notes.txt").write_text(OLD)
    it = cockpit(asks("notes.txt"))
    async with it.app.run_test(size=(140, 70)) as pilot:
        await show(it, pilot, tmp_path)
        await press(it, pilot, "w", *["down"] * 12, "c")
        assert it.typed.startswith("notes.txt:") and it.store.state.drawer is None
        number = int(it.typed.split(":")[1])
        assert 5 <= number <= 26
