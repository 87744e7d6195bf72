"""The state of one run, one idea a file, beside the events that make it."""

from mogplex_contracts.state.run import RunState

__all__ = ["RunState"]
