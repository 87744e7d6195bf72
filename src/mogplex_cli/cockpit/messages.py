"""What widgets say. They ask for an action by name; the composer also tells whether anything is typed."""

from textual.message import Message


class Invoke(Message):
    """Do this action."""

    def __init__(self, action: str, argument: str = "") -> None:
        super().__init__()
        self.action = action
        self.argument = argument


class Pressed(Message):
    """A key was clicked where it is taught: it is to be as if it had been pressed."""

    def __init__(self, key: str, character: str | None) -> None:
        super().__init__()
        self.key = key
        self.character = character


class Typed(Message):
    """A character was typed that means nothing where the keys are, or into what just surfaced: it is the line's."""

    def __init__(self, character: str) -> None:
        super().__init__()
        self.character = character


class Sought(Message):
    """A file is being named in the composer; these letters of it are typed."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query


class Edited(Message):
    """What is typed became empty, or stopped being so; or the person typed while an error was shown."""

    def __init__(self, *, empty: bool, by_hand: bool) -> None:
        super().__init__()
        self.empty = empty
        self.by_hand = by_hand
        """False when the cockpit wrote it: an error that came with it still holds."""
