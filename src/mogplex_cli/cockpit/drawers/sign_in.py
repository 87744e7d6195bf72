"""The sign-in to the Mogplex account while it is going on: what it waits for, the address, and a token to paste."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Token, line, spread, wrap, wrap_exact
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.sign_in import SignInProps

MOST_CELLS = 92
"""No line of words is wider; the address is as wide as there is room, so that it has few breaks."""


class SignInText(Painted[SignInProps]):
    """Everything above the token."""

    grows = True

    def draw(self, props: SignInProps, width: int, height: int) -> Sequence[Line]:
        """Heading, what to do, the address, what went wrong."""
        look: Token = "danger" if props.phase == "failed" else "warn_strong"
        mark = "✕" if props.phase == "failed" else "●"
        lines = [
            BLANK,
            spread((("   SIGN IN WITH MOGPLEX", "strong"),), ((f"{mark} {props.now} ", look),), width),
            BLANK,
        ]
        lines.extend(_told(props.lead, width, "bright"))
        lines.extend(_told(props.url_lead, width, "dim"))
        if props.url:
            lines.append(BLANK)
            lines.extend(line((f"   {row}", "accent")) for row in wrap_exact(props.url, width - 6))
            lines.append(BLANK)
        if props.remark:
            lines.extend(_told(f"▲ {props.remark}", width, "warn"))
            lines.append(BLANK)
        if props.error:
            lines.extend(_told(props.error, width, "bright"))
            lines.append(BLANK)
        lines.extend(_told(props.paste, width, "dim"))
        return lines


class TokenInput(Input):
    """A token as it is pasted: it is never shown, and forgotten as soon as it is sent."""

    BINDINGS = [Binding("escape", "leave", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="mog_…", password=True, id="token-input", compact=True)

    def action_leave(self) -> None:
        """Back to the drawer's keys."""
        self.value = ""
        self.screen.query_one("#drawer").focus()


class SignInDrawer(Drawer[SignInProps]):
    """c copies the address, p goes to the token, enter tries again, esc ends it."""

    context = "sign_in"
    whole = True
    BINDINGS = [*bindings("sign_in")]

    def __init__(self) -> None:
        super().__init__(id="drawer")
        self._text = SignInText(id="sign-in-text")
        self._input = TokenInput()
        self._told = SignInProps()

    def compose(self) -> ComposeResult:
        """The text, and below it the token."""
        yield self._text
        yield self._input

    def show(self, props: SignInProps) -> None:
        """It has come further."""
        self._told = props
        self._text.show(props)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted anywhere here is a token."""
        event.stop()
        self._input.value = event.text.strip()
        self._input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The token is sent, and not kept here."""
        event.stop()
        token, self._input.value = event.value.strip(), ""
        self.focus()
        if token:
            self.post_message(Invoke("use_token", token))

    def action_paste(self) -> None:
        """To the token."""
        self._input.focus()

    def action_copy(self) -> None:
        """The address to the clipboard."""
        if self._told.url:
            self.post_message(Invoke("copy_link", self._told.url))

    def action_again(self) -> None:
        """Begin anew after a failure."""
        if self._told.phase == "failed":
            self.post_message(Invoke("login", "mogplex"))


def _told(text: str, width: int, look: Token) -> list[Line]:
    return [line((f"   {row}", look)) for row in wrap(text, min(MOST_CELLS, width - 6))] if text else []
