from mogplex_contracts.events.agent import AgentSpawned
from mogplex_contracts.events.model import ModelChanged
from mogplex_contracts.reduce import reduce
from mogplex_contracts.reduce.evolve import evolve
from mogplex_daemon.harness.model_told import model_told
from tests.support.story import Story, started


def test_nothing_is_told_of_a_model_that_goes_by_the_name_it_was_asked_for() -> None:
    assert model_told("opus", "opus", "chosen") == model_told(None, "opus", "chosen") == ()


def test_a_change_reaches_an_agent_whose_model_was_asked_for_by_another_name() -> None:
    state = evolve(Story(started()).state, model="opus")
    spawned = AgentSpawned(
        run_id="run_1", agent_id="agt_1", number=1, name="forge", role="builder", model="maker/opus"
    )
    (routed,) = model_told("maker/opus", "opus", "its whole name")
    state = reduce(reduce(state, spawned), routed)
    assert state.model == "maker/opus"
    state = reduce(state, ModelChanged(to="sonnet", from_model=state.model))
    assert (state.model, state.agents["agt_1"].model) == ("sonnet", "sonnet")
