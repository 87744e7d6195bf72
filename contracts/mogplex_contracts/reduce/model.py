"""Which model works."""

from typing import assert_never

from mogplex_contracts.events.model import ModelChanged, ModelEvent, ModelRouted
from mogplex_contracts.reduce.agent import change_agent
from mogplex_contracts.reduce.entries import add_entry
from mogplex_contracts.reduce.evolve import evolve
from mogplex_contracts.state.run import RunState
from mogplex_contracts.vocabulary import FINAL_AGENT_STATUSES


def reduce(state: RunState, event: ModelEvent) -> RunState:
    """The run after the model was changed by a person or routed by the harness."""
    match event:
        case ModelChanged():
            label = "model"
        case ModelRouted():
            label = "route"
        case _:
            assert_never(event)
    if event.agent_id is None:
        state = _agents_follow(evolve(state, model=event.to), event)
    else:
        state = change_agent(state, event.agent_id, model=event.to)
    subject = f"{event.from_model} → {event.to}" if event.from_model else event.to
    return add_entry(state, event, "model", subject, agent_id=event.agent_id, label=label, note=event.reason)


def _agents_follow(state: RunState, event: ModelEvent) -> RunState:
    """Agents that work on the run's model go on with its new one; those with a model of their own keep it."""
    for agent in state.agents.values():
        if agent.model == event.from_model and agent.status not in FINAL_AGENT_STATUSES:
            state = change_agent(state, agent.agent_id, model=event.to)
    return state
