"""What widgets say. They ask for an action by name; the composer also tells whether anything is typed."""

from textual.message import Message


class Invoke(Message):
    """Do this action."""

    def __init__(self, action: str, argument: str = "") -> None:
        super().__init__()
        self.action = action
        self.argument = argument


class Edited(Message):
    """The composer became empty, or stopped being so, or shows an error that an edit makes stale."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__()
        self.empty = empty
