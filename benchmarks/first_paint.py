"""From starting `mogplex` to the first frame that invites a task, in a real pseudo-terminal."""

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import bare_app
from benchmarks.measure import AtMost, Measurement, compare
from benchmarks.terminal import environment, seconds_until

ROUNDS = 15
COCKPIT = (str(Path(sys.executable).with_name("mogplex")), "--harness", "demo")
COCKPIT_TEXT = "type a task below"
BARE = (sys.executable, bare_app.__file__)


def measure() -> tuple[Measurement, ...]:
    """The cockpit on a small repository with an empty home, against a bare Textual program."""
    with tempfile.TemporaryDirectory(prefix="mogplex-benchmark-") as folder:
        home, repository = Path(folder, "home"), Path(folder, "shop")
        home.mkdir()
        subprocess.run(("git", "init", "--quiet", str(repository)), check=True)
        (repository / "README.md").write_text("# Shop\n", "utf-8")
        start = partial(seconds_until, cwd=repository, environ=environment(home))
        return (
            compare(
                "first paint of the cockpit",
                partial(start, COCKPIT_TEXT, COCKPIT),
                "a bare Textual app with a Static and a TextArea",
                partial(start, bare_app.TEXT, BARE),
                unit="start",
                rounds=ROUNDS,
                budget=AtMost(1.6),
            ),
        )
