"""How an answer of a model ended, as far as its provider tells. Pure."""

from pydantic_ai.messages import ModelResponse

CUT_SHORT = {
    "length": "the answer is as long as the model may answer and stops there; say `go on` to have the rest",
    "content_filter": "the provider's filter stopped the answer; put the task in other words",
}
"""What a person is told of an answer that is not whole, by how it ended."""


def is_open(response: ModelResponse) -> bool:
    """Whether the stream ended before its provider said that the answer did, as one that broke off may."""
    if response.provider_name is None or response.finish_reason not in (None, "stop"):
        return False
    return not (response.provider_details or {}).get("finish_reason")


class Endings:
    """Of one agent's answers. Some servers never say that an answer has ended: that is found out by asking again."""

    def __init__(self, asks_again: int) -> None:
        """`asks_again`: how many open answers in a row are not believed."""
        self._asks_again = asks_again
        self._open_in_a_row = 0

    def broke_off(self, response: ModelResponse) -> bool:
        """Whether this answer is to be asked for again."""
        self._open_in_a_row = self._open_in_a_row + 1 if is_open(response) else 0
        return 0 < self._open_in_a_row <= self._asks_again

    @property
    def never_told(self) -> bool:
        """Whether the answer before was taken, though nobody said that it ended; True for the first such one."""
        return self._open_in_a_row == self._asks_again + 1
