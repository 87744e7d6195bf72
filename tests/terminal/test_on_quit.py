"""What becomes of a local run when its cockpit is left, and what the normal screen says of it."""

import psutil

from mogplex_contracts.reduce import replay
from mogplex_daemon.home.paths import Home
from mogplex_daemon.journal.reader import read_events
from mogplex_daemon.runs.catalog import list_runs
from tests.support.house import ended
from tests.terminal.conftest import Desk

RUN = "/run review the staged diff for regressions\r"


def quit_while_something_waits(desk: Desk) -> tuple[psutil.Process, str]:
    """The host, and what the terminal shows when the cockpit is closed."""
    with desk.open("--harness", "demo") as terminal:
        terminal.wait_for("nominal")
        terminal.type(RUN)
        terminal.wait_for(lambda screen: "APPROVALS" in screen and "apply_patch" in screen)
        host = psutil.Process(desk.host_pid())
        terminal.type("\x03\x03")
        assert terminal.wait_for_end() == 0
        return host, " ".join(terminal.text.split())


def test_a_run_goes_on_when_its_cockpit_is_left(desk: Desk):
    host, said = quit_while_something_waits(desk)
    (record,) = list_runs(desk.home)
    run_id = record.metadata.run_id
    assert f"run {run_id} goes on · mogplex --attach {run_id} · mogplex-daemon kill {run_id}" in said
    assert record.alive and host.is_running()


def test_with_on_quit_kill_a_run_ends_with_its_cockpit_wherever_its_socket_lies(desk: Desk):
    desk.home = Home(desk.home.root.with_name("deep" * 40))
    desk.home.root.mkdir(mode=0o700)
    desk.home.config.write_text('[runs]\non_quit = "kill"\n')
    host, said = quit_while_something_waits(desk)
    ended(host.pid)
    (record,) = list_runs(desk.home)
    assert f'run {record.metadata.run_id} was ended, as [runs] on_quit = "kill" says' in said
    state = replay(read_events(record.folder.journal))
    assert (state.status, state.status_reason) == ("killed", "operator")
    assert not record.alive
    assert not (desk.repository / "MOGPLEX_REPORT.md").exists()
