"""Mogplex's own agents on real models: one that works for the person, and those it delegates to.

Nothing here knows pydantic-ai: the loop does, and is loaded when a run begins to work.
"""
