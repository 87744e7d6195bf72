from pathlib import Path

import pytest

from mogplex_cli.seen import RUNS_KEPT, load_seen, save_seen
from mogplex_cli.store.away import Seen
from mogplex_cli.store.state import CockpitState
from tests.support.story import Story, started


def test_what_was_seen_is_there_in_the_next_session(tmp_path: Path) -> None:
    run = Story(started()).state
    save_seen(
        tmp_path / "state" / "seen.json", CockpitState(run=run, seen={"run_0": Seen(7, "t", 0.5, ("p",))})
    )
    assert load_seen(tmp_path / "state" / "seen.json") == {
        "run_0": Seen(7, "t", 0.5, ("p",)),
        "run_1": Seen.of(run),
    }


def test_of_two_sessions_the_one_that_saw_more_counts(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    save_seen(path, CockpitState(seen={"run_1": Seen(9, "later")}))
    save_seen(path, CockpitState(seen={"run_1": Seen(4, "earlier")}))
    assert load_seen(path)["run_1"].seq == 9


@pytest.mark.parametrize("content", [b"", b"{", b'{"run_1": 3}', b"[]"])
def test_a_file_that_cannot_be_understood_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "seen.json"
    path.write_bytes(content)
    assert load_seen(path) == {}


def test_only_the_newest_runs_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "seen.json"
    save_seen(path, CockpitState(seen={f"run_{n:04}": Seen(1, "t") for n in range(RUNS_KEPT + 50)}))
    assert sorted(load_seen(path))[0] == "run_0050" and len(load_seen(path)) == RUNS_KEPT
