"""Commands about memory."""

from typing import Literal

from mogplex_contracts.envelope import CommandBase


class MemoryDelete(CommandBase):
    """Delete a memory entry; goes through the gate like every write."""

    type: Literal["memory_delete"] = "memory_delete"
    key: str
    """Which entry."""


MemoryCommand = MemoryDelete
