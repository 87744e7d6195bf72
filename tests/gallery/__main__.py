"""`python -m tests.gallery`: takes the pictures of docs/pictures and writes docs/cockpit.md."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from mogplex_daemon.home.paths import Home
from tests.gallery.page import PAGE, PICTURES, page
from tests.gallery.picture import draw
from tests.gallery.recording import recording
from tests.gallery.shots import SHOTS, Shot
from tests.support.hosted import HostedAccount
from tests.support.repository import make_repository
from tests.terminal.conftest import Desk, put_away


def main() -> int:
    """Take the pictures that were asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these pictures")
    parser.add_argument("--table", action="store_true", help="no picture, only the page")
    arguments = parser.parse_args()
    names: list[str] = arguments.names
    PICTURES.mkdir(exist_ok=True)
    for shot in () if arguments.table else SHOTS:
        if not names or shot.name in names:
            sys.stderr.write(f"-- {shot.name}\n")
            (PICTURES / f"{shot.name}.svg").write_text(take(shot))
    PAGE.write_text(page())
    return 0


def take(shot: Shot) -> str:
    """The picture, of the real program on a repository made for it."""
    with tempfile.TemporaryDirectory(prefix="mogplex-gallery-") as folder:
        desk = Desk(make_repository(Path(folder) / "acme-web"), Home(Path(folder) / "home"))
        try:
            with recording() if shot.recorded else nullcontext() as stream, elsewhere(shot) as env:
                arguments = ("--events=jsonl",) if shot.recorded else shot.arguments
                with desk.open(*arguments, size=shot.size, stdin=stream, **env) as terminal:
                    shot.steps(desk, terminal)
                    terminal.settle()
                    return draw(terminal.screen, shot.title)
        finally:
            put_away(desk)


@contextmanager
def elsewhere(shot: Shot) -> Iterator[dict[str, str]]:
    """What leads to the account the picture is about, when it is about one; no browser opens."""
    if not shot.account:
        yield {}
        return
    with HostedAccount().running() as account:
        yield {**account.env, "BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


if __name__ == "__main__":
    sys.exit(main())
