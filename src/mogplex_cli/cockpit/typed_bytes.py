"""What the terminal sends, made into text that is safe to read as keys."""

from codecs import getincrementaldecoder

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
ESCAPE, SHOWN_ESCAPE = "\x1b", "␛"


class TypedBytes:
    """Reads one terminal. Bytes come in pieces of any size, and a piece may end in the middle of anything.

    A byte that is no UTF-8, as from a terminal of another encoding, becomes a mark. In a paste an escape
    character becomes one too: read as the beginning of a key it would make keys of what was pasted, and a
    pasted newline would send a line, or a pasted letter decide an approval.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._pasting = False
        self._passed = ""
        """The end of what was passed on outside a paste: a paste may begin in it."""
        self._held = ""
        """The end of a paste so far, which may be the beginning of its end."""

    def read(self, data: bytes, *, final: bool = False) -> str:
        """The text of some more bytes; empty while nothing is certain. `final`: no more will come."""
        text = self._held + self._decode(data, final)
        self._held = ""
        passed: list[str] = []
        while text:
            piece, text = self._of_paste(text, final) if self._pasting else self._of_keys(text)
            passed.append(piece)
        return "".join(passed)

    def _of_keys(self, text: str) -> tuple[str, str]:
        """What stands before a paste begins, and the rest."""
        known = len(self._passed)
        place = (self._passed + text).find(PASTE_BEGINS)
        if place < 0:
            self._passed = (self._passed + text)[1 - len(PASTE_BEGINS) :]
            return text, ""
        end = place + len(PASTE_BEGINS) - known
        self._pasting, self._passed = True, ""
        return text[:end], text[end:]

    def _of_paste(self, text: str, final: bool) -> tuple[str, str]:
        """What was pasted, as text alone, and the rest."""
        place = text.find(PASTE_ENDS)
        if place >= 0:
            self._pasting = False
            end = place + len(PASTE_ENDS)
            return _as_text(text[:place]) + PASTE_ENDS, text[end:]
        begun = 0 if final else _begun(text)
        self._held = text[len(text) - begun :]
        return _as_text(text[: len(text) - begun]), ""


def _as_text(pasted: str) -> str:
    return pasted.replace(ESCAPE, SHOWN_ESCAPE)


def _begun(text: str) -> int:
    """How many characters at the end may be the beginning of the end of a paste."""
    longest = min(len(text), len(PASTE_ENDS) - 1)
    return next((size for size in range(longest, 0, -1) if PASTE_ENDS.startswith(text[-size:])), 0)
