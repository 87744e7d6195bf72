"""What comes of a sign-in, and of a sync."""

from dataclasses import dataclass

from mogplex_daemon.home.account_tokens import AccountTokens


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that nothing was stored of yet."""

    tokens: AccountTokens
    who: str = ""
    """The person's mail address; empty when that was not told."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync brought."""

    models: int | None = None
    """How many models there are; None when they could not be fetched, and the file stays as it was."""
    servers: int | None = None
    """How many MCP servers; None as above."""
    problems: tuple[str, ...] = ()
    """What was in the way, a line each."""
    refused: bool = False
    """Whether the account takes the token no more."""

    @property
    def told(self) -> str:
        """What was brought, in a few words."""
        counts = ((self.models, "model"), (self.servers, "MCP server"))
        return " · ".join(f"{n} {what}{'' if n == 1 else 's'}" for n, what in counts if n is not None)
