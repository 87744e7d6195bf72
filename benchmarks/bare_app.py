"""The least a Textual program can be: the floor that the cockpit's first paint is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import Static, TextArea

TEXT = "type a task below"


class BareApp(App[None]):
    """Some text, and something to type into."""

    def compose(self) -> ComposeResult:
        yield Static(TEXT)
        yield TextArea()

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()


if __name__ == "__main__":
    BareApp().run()
