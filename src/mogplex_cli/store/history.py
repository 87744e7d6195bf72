"""The lines a person has sent, bounded. Pure."""

LINES = 500
CHARACTERS = 2_000_000
"""Of all lines together: what is pasted can be long."""


def with_line(history: tuple[str, ...], line: str) -> tuple[str, ...]:
    """The history with a line added at its end; the same line twice in a row counts once."""
    if history and history[-1] == line:
        return history
    lines = (*history, line)[-LINES:]
    room = CHARACTERS
    for place in range(len(lines) - 1, -1, -1):
        room -= len(lines[place])
        if room < 0:
            # The newest one stays, however long it is.
            return lines[min(place + 1, len(lines) - 1) :]
    return lines
