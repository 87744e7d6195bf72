import os
from collections.abc import Iterator

import pytest

from mogplex_daemon.runhost.sandbox.bubblewrap import Bubblewrap
from mogplex_daemon.runhost.sandbox.landlock import Landlock
from tests.runhost.sandbox.yard import OTHER_USER, PYTHON, Yard, escapes, make_yard

CHECKS = 37
PARTIAL = {
    "change a mode outside",
    "change a time outside",
    "change an attribute outside",
    "plant a hook",
    "change the config of git",
    "put the repository out of the way",
}
"""What Landlock cannot hold a command from; `git_guard` mends the last three afterwards."""


@pytest.fixture(params=(os.getuid(), OTHER_USER), ids=("own user", "another user"))
def yard(request: pytest.FixtureRequest) -> Iterator[Yard]:
    uid: int = request.param
    if uid != os.getuid() and os.getuid() != 0:
        pytest.skip("a second user is needed, and only root can become one; CI runs this as root")
    with make_yard(uid) as made:
        yield made


def test_nothing_gets_out_of_bubblewrap(yard: Yard) -> None:
    lines = escapes(yard, Bubblewrap())
    assert [line for line in lines if line.startswith("no ")] == []
    assert len(lines) == CHECKS


def test_only_what_is_told_as_partial_gets_out_of_landlock(yard: Yard) -> None:
    lines = escapes(yard, Landlock(python=PYTHON))
    failed = {line.removeprefix("no ").partition(":")[0] for line in lines if line.startswith("no ")}
    assert failed <= PARTIAL, lines
    assert len(lines) == CHECKS
