"""How a sign-in to the Mogplex account goes."""

from dataclasses import dataclass
from typing import Literal

SignInPhase = Literal["asking", "waiting", "exchanging", "syncing", "failed"]
"""asking: the account is asked how. waiting: for the browser. exchanging, syncing: it came back. failed: it came to
nothing, and waits for the person."""

BrowserState = Literal["opening", "opened", "missing"]
"""missing: there is none here, or it did not take the page."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """One attempt."""

    phase: SignInPhase
    url: str = ""
    """The page to agree on; empty before it is known."""
    browser: BrowserState = "opening"
    """Whether a browser shows it."""
    remark: str = ""
    """What a person who waits should know."""
    error: str = ""
    """Why it failed."""
