"""What actions may ask of the account. Nothing here waits: what comes of it is told to the store."""

from typing import Protocol


class AccountDoor(Protocol):
    """The Mogplex account of this session."""

    def begin(self) -> None:
        """Sign in through the browser; one attempt that is going on goes on."""
        ...

    def use_token(self, token: str) -> None:
        """Sign in with a token that was made on the web."""
        ...

    def sync(self) -> None:
        """Fetch the model catalog and the MCP servers again."""
        ...

    def stop(self) -> None:
        """End whatever is under way."""
        ...


class NoAccount:
    """Where there is none, as in a test of something else."""

    def begin(self) -> None:
        """Nothing begins."""

    def use_token(self, token: str) -> None:
        """Nothing is kept."""

    def sync(self) -> None:
        """There is nothing to fetch."""

    def stop(self) -> None:
        """Nothing is under way."""
