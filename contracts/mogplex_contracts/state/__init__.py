"""The state of a run, one idea a file, beside the events that make it."""

# Events and state name each other (a snapshot carries a state, a state keeps requests): events load first.
from mogplex_contracts import events as events
from mogplex_contracts.state.run import RunState

__all__ = ["RunState"]
