from itertools import product
from typing import get_args

import pytest

from mogplex_contracts.errors import RemoteProtocolError
from mogplex_contracts.handshake import Handshake, Phase
from mogplex_contracts.protocol import ProtocolRange, agree

REACHED_BY: dict[Phase, list[str]] = {
    "new": [],
    "greeted": ["hello"],
    "ready": ["hello", "ready"],
    "attached": ["hello", "ready", "attach"],
    "closed": ["hello", "command_rejected"],
}
LINES = ("hello", "ready", "command_rejected", "attach", "detach", "run_start", "user_message", "heartbeat")
MOVES = {
    ("new", "hello"): "greeted",
    ("greeted", "ready"): "ready",
    ("greeted", "command_rejected"): "closed",
    ("ready", "attach"): "attached",
    ("attached", "detach"): "ready",
}


@pytest.mark.parametrize(("phase", "line"), product(get_args(Phase), LINES))
def test_what_each_line_does_in_each_phase(phase: Phase, line: str):
    handshake = Handshake()
    for before in REACHED_BY[phase]:
        handshake.observe(before)
    assert handshake.phase == phase
    if phase in ("ready", "attached") or (phase, line) in MOVES:
        assert handshake.observe(line) == MOVES.get((phase, line), phase)
    else:
        with pytest.raises(RemoteProtocolError, match=line):
            handshake.observe(line)
        assert handshake.phase == phase


@pytest.mark.parametrize(
    ("ours", "theirs", "chosen"),
    [
        ((1, 1), (1, 1), 1),
        ((1, 3), (2, 9), 3),
        ((4, 6), (1, 4), 4),
        ((1, 1), (2, 3), None),
        ((5, 6), (1, 4), None),
    ],
)
def test_the_newest_version_both_speak_is_chosen(
    ours: tuple[int, int], theirs: tuple[int, int], chosen: int | None
):
    assert (
        agree(ProtocolRange(min=ours[0], max=ours[1]), ProtocolRange(min=theirs[0], max=theirs[1])) == chosen
    )
