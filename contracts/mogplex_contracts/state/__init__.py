"""The state of a run, one idea a file, beside the events that make it."""

from mogplex_contracts.state.run import RunState

__all__ = ["RunState"]
