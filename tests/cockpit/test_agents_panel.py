from mogplex_cli.cockpit.panels.agents import Agents
from mogplex_cli.store.selectors.agents import select_agents
from mogplex_cli.store.state import CockpitState
from tests.support.story import Story, spawned, started

LONG = "a-very-long-agent-name"


def drawn(width: int, *, narrow: bool) -> list[str]:
    state = CockpitState(run=Story(started(), spawned().model_copy(update={"name": LONG})).state)
    panel = Agents(animations=False)
    panel.narrow = narrow
    return [row.text for row in panel.draw(select_agents(state), width, 30)]


def test_a_long_name_keeps_its_distance_from_the_role():
    assert "a-very-l… builder" in drawn(80, narrow=True)[0]


def test_a_name_takes_the_room_a_rail_has():
    assert drawn(40, narrow=False)[1].startswith(f" 1 ◆ {LONG} ")
    assert "a-very-long-age… builder" in drawn(30, narrow=False)[1]
