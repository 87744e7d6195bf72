"""What the sign-in to the Mogplex account waits for, and what a person can do about it."""

from dataclasses import dataclass

from mogplex_cli.store.signing_in import BrowserState, SigningIn, SignInPhase
from mogplex_cli.store.state import CockpitState
from mogplex_contracts.text import one_line, visible

NOW: dict[SignInPhase, str] = {
    "asking": "asking Mogplex how to sign in",
    "waiting": "waiting for the browser, 5 minutes at most",
    "exchanging": "the browser came back; fetching the token",
    "syncing": "fetching your models and MCP servers",
    "failed": "not signed in",
}
LEADS: dict[BrowserState, str] = {
    "opening": "A page opens in your browser: agree there. It comes back by itself.",
    "opened": "Your browser shows a page: agree there. It comes back by itself.",
    "missing": "No browser could be opened here. Open this page in a browser on this machine, and agree there:",
}
"""What to do."""
DID_NOT_OPEN = "It did not open? This is its address:"
ELSEWHERE = (
    "Is your browser on another machine, as over SSH? Make a token in the web settings of Mogplex "
    "and paste it below."
)
AGAIN = "Enter tries the browser again. Or paste a token from the web settings of Mogplex below."


@dataclass(frozen=True, slots=True)
class SignInProps:
    """The drawer's values."""

    phase: SignInPhase = "asking"
    now: str = NOW["asking"]
    """What it is doing, in a few words."""
    lead: str = ""
    """What to do."""
    url_lead: str = ""
    """What stands before the address."""
    url: str = ""
    remark: str = ""
    error: str = ""
    paste: str = ""
    """What is said of pasting a token."""


def select_sign_in(state: CockpitState) -> SignInProps:
    """The drawer's values."""
    told = state.signing_in or SigningIn("asking")
    waiting = told.phase == "waiting"
    url = one_line(told.url, 2000)
    return SignInProps(
        phase=told.phase,
        now=NOW[told.phase],
        lead=LEADS[told.browser] if waiting else "",
        url_lead=DID_NOT_OPEN if waiting and told.browser == "opened" else "",
        url=url if waiting else "",
        remark=one_line(told.remark, 300),
        error=visible(told.error),
        paste=ELSEWHERE if waiting else AGAIN if told.phase == "failed" else "",
    )
