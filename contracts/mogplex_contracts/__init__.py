"""The boundary of Mogplex: every event, command and state shape, and the pure functions over them.

Imports pydantic and the standard library only, does no I/O, and is what both sides of every wire share.
"""
