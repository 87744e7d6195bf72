from mogplex_cli.actions.verbs import VERBS
from mogplex_cli.cockpit.drawers import DRAWERS
from tests.gallery.page import PAGE, PICTURES, actions
from tests.gallery.shots import SHOTS

ALIKE = {"inbox": "approval", "entry": "completed"}
"""Drawers that look as another picture does."""


def test_the_page_says_of_every_action_what_the_cockpit_does():
    said = PAGE.read_text().partition("## Actions\n")[2]
    assert said == actions(), "docs/cockpit.md is to be written again: python -m tests.gallery --table"
    assert all(action.help in said for action in VERBS.values())


def test_every_picture_is_there_and_every_drawer_has_one():
    page = PAGE.read_text()
    for shot in SHOTS:
        assert f"(pictures/{shot.name}.svg)" in page
        assert (PICTURES / f"{shot.name}.svg").read_text().startswith("<svg")
    assert {path.stem for path in PICTURES.glob("*.svg")} == {shot.name for shot in SHOTS}
    assert set(DRAWERS) == {shot.drawer for shot in SHOTS if shot.drawer} | set(ALIKE)
