"""The sign-in to the Mogplex account while it is going on: what it waits for, the address, and a token to paste."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from mogplex_cli.cockpit.drawers.base import Drawer
from mogplex_cli.cockpit.drawers.login import BLOCK_CELLS
from mogplex_cli.cockpit.keymap import bindings
from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, Token, line, spread, wrap, wrap_exact
from mogplex_cli.cockpit.kit.painted import Painted
from mogplex_cli.cockpit.messages import Invoke
from mogplex_cli.store.selectors.sign_in import SignInProps


class SignInText(Painted[SignInProps]):
    """Everything above the token."""

    grows = True

    def draw(self, props: SignInProps, width: int, height: int) -> Sequence[Line]:
        """Heading, what to do, the address, what went wrong."""
        inner = min(BLOCK_CELLS, width)
        failed = props.phase == "failed"
        now: Span = (f"{'✗' if failed else '●'} {props.now} ", "danger" if failed else "warn_strong")
        lines = [BLANK, spread((("   SIGN IN WITH MOGPLEX", "strong"),), (now,), inner), BLANK]
        if props.remark:
            lines.extend(_told(f"▲ {props.remark}", inner, "warn"))
        lines.extend(_told(props.lead or props.error, inner, "bright"))
        lines.extend((BLANK, *_told(props.url_lead, inner, "dim")))
        if props.url:
            lines.extend(line((f"   {row}", "accent")) for row in wrap_exact(props.url, inner - 6))
            lines.append(BLANK)
        lines.extend(_told(props.paste, inner, "dim"))
        return [_indented(each, (width - inner) // 2) for each in lines]


class TokenInput(Input):
    """A token as it is pasted: it is never shown, and forgotten as soon as it is sent."""

    BINDINGS = [Binding("escape", "leave", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="a token: mog_…", password=True, id="token-input", compact=True)

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

    def on_resize(self, event: events.Resize) -> None:
        """The token stands below the text, whose block is in the middle, and is always seen."""
        self._text.styles.max_height = max(1, self.content_size.height - 2)
        self._input.styles.margin = (1, 0, 0, 3 + max(0, (event.size.width - BLOCK_CELLS) // 2))

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
    return [line((f"   {row}", look)) for row in wrap(text, width - 6)] if text else []


def _indented(drawn: Line, cells: int) -> Line:
    return Line(((" " * cells, "normal"), *drawn.spans), drawn.ground)
