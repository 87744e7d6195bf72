"""What was said at the start of a long run is found, whoever holds its journal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import long_run
from tests.support.house import House
from tests.support.terminal import Terminal

from .conftest import MOGPLEX, Desk

F3 = "\x1bOR"
ESC = "\x1b"
SAID = {5: "mind the Zanzibar case", 4_001: "is Zanzibar done?"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House.build(tmp_path)
    yield house
    house.close()


def search(terminal: Terminal) -> None:
    terminal.wait_for("✓ completed")
    terminal.type(F3)
    terminal.wait_for("space expand")
    terminal.type("/")
    terminal.wait_for("enter keep")
    terminal.type("zanzibar")
    terminal.wait_for("“zanzibar” not here · searched to @")
    terminal.type("\r")


def to_the_start(terminal: Terminal) -> None:
    terminal.wait_for(lambda screen: "“zanzibar” 2 of 2" in screen and "is Zanzibar done?" in screen)
    terminal.type("n")
    terminal.wait_for(lambda screen: "“zanzibar” 1 of 2" in screen and "mind the Zanzibar case" in screen)
    terminal.type("n")
    terminal.wait_for("no match further")
    terminal.type("N")
    terminal.wait_for("“zanzibar” 2 of 2")


def test_in_a_run_that_the_daemon_holds(house: House):
    long_run.write_run(house.home, 12_000, SAID)
    house.start()
    command = (*MOGPLEX, "--attach", long_run.RUN)
    with Terminal(command, python=sys.executable, env=house.env, cwd=house.repository) as terminal:
        search(terminal)
        to_the_start(terminal)
        terminal.type("o")
        terminal.wait_for(lambda screen: "JUMP" in screen and "not looked" not in screen)
        terminal.wait_for("mind the Zanzibar case")


def test_in_a_stream_that_is_piped_in_and_escape_stops_it(desk: Desk):
    path = desk.repository / "saved.jsonl"
    long_run.write_stream(path, 40_000, SAID)
    with path.open("rb") as file, desk.open(stdin=file.fileno()) as terminal:
        search(terminal)
        terminal.wait_for("searching @")
        terminal.type(ESC)
        terminal.wait_for(lambda screen: "searching @" not in screen and "“zanzibar” " in screen)
        terminal.type("n")
        to_the_start(terminal)
