"""States of one run at some of its places, kept small: between two of them its journal is reduced again.

A state of a long run is a few megabytes, most of it the timeline's window, of which neighbours at a useful
distance share nothing. So they are kept packed, and when there are many every second one goes.
"""

import zlib
from bisect import bisect_right

from mogplex_contracts.state import RunState

STATE_EVENTS = 2_000
"""At first, the state at every so many events is kept."""
MOST_STATES = 32
"""When there are more, every second one is given up, and twice as many events lie between two."""
QUICKLY = 1
"""A little compression, in a few milliseconds."""


class KeptStates:
    """Ascending, the empty state before the first event always among them."""

    def __init__(self) -> None:
        self._every = STATE_EVENTS
        self._seqs: list[int] = [0]
        self._packed: list[bytes] = [_pack(RunState())]

    def at_or_before(self, seq: int) -> RunState:
        """The nearest one that has no event behind `seq`."""
        return RunState.model_validate_json(
            zlib.decompress(self._packed[bisect_right(self._seqs, max(0, seq)) - 1])
        )

    def offer(self, state: RunState) -> None:
        """Keep a state that was passed, if it is far enough behind the last."""
        if state.last_seq < self._seqs[-1] + self._every:
            return
        self._seqs.append(state.last_seq)
        self._packed.append(_pack(state))
        if len(self._seqs) > MOST_STATES:
            self._seqs, self._packed = self._seqs[::2], self._packed[::2]
            self._every *= 2

    def __len__(self) -> int:
        return len(self._seqs)


def _pack(state: RunState) -> bytes:
    return zlib.compress(state.model_dump_json().encode(), QUICKLY)
