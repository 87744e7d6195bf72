"""The head and the tail of a text of any length, in bounded memory."""

from collections import deque


class KeptText:
    """Takes pieces of text and keeps the first and the last half of `limit` characters."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = ""
        self._tail: deque[str] = deque()
        self._tail_size = 0
        self._cut = 0

    def add(self, piece: str) -> None:
        """Append `piece`."""
        room = self._half - len(self._head)
        if room > 0:
            self._head += piece[:room]
            piece = piece[room:]
        if not piece:
            return
        self._tail.append(piece)
        self._tail_size += len(piece)
        while self._tail_size - len(self._tail[0]) >= self._half:
            dropped = len(self._tail.popleft())
            self._tail_size -= dropped
            self._cut += dropped

    def text(self) -> str:
        """What is kept; where something was cut, a line says how many characters."""
        tail = "".join(self._tail)
        surplus = max(0, len(tail) - self._half)
        cut = self._cut + surplus
        if not cut:
            return self._head + tail
        return f"{self._head}\n[… {cut} characters cut …]\n{tail[surplus:]}"
