from mogplex_cli.headless.approvals_output import waiting_facts, waiting_lines
from mogplex_cli.store.selectors.waiting import Waiting
from mogplex_contracts.events.link import RunSummary
from mogplex_contracts.reduce.evolve import evolve
from tests.support.story import asked


def waiting(**fields: object) -> Waiting:
    run = RunSummary(run_id="run_1", status="running", task="mend it", repo="acme")
    return Waiting(run, evolve(asked(), **fields))


def test_a_target_is_never_cut() -> None:
    command = "echo " + "x" * 5_000 + "\nrm -rf build"
    lines = waiting_lines(waiting(target=command), 0.0, details=False)
    assert "x" * 5_000 in lines[0]
    assert lines[1] == "    rm -rf build"


def test_details_come_when_asked_for() -> None:
    item = waiting(detail="+ a new line")
    assert "    | + a new line" not in waiting_lines(item, 0.0, details=False)
    assert "    | + a new line" in waiting_lines(item, 0.0, details=True)


def test_nothing_an_agent_wrote_reaches_the_terminal_as_a_command() -> None:
    item = waiting(target="ls \x1b[2J", detail="\x1b]2;owned\x07", risk_reason="\x1b[1m")
    assert "\x1b" not in "".join(waiting_lines(item, 0.0, details=True))


def test_the_agent_that_asks_is_named() -> None:
    item = waiting()
    codex = Waiting(evolve(item.run, harness="codex", model="gpt-5"), item.request)
    assert "    codex · acme · run_1 · mend it · waits " in "\n".join(
        waiting_lines(codex, 0.0, details=False)
    )
    assert (waiting_facts(codex)["harness"], waiting_facts(codex)["model"]) == ("codex", "gpt-5")
    assert "    acme · run_1 · " in "\n".join(waiting_lines(item, 0.0, details=False))
